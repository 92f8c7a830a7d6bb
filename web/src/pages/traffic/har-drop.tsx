import { type DragEvent, type ReactNode, useState } from "react";
import classes from "./traffic.module.css";
import { useHar } from "./use-har.ts";

/** Takes a HAR file that is dropped anywhere onto its content. */
export function HarDrop({ children }: { readonly children: ReactNode }) {
  const { importHar } = useHar();
  const [over, setOver] = useState(false);
  const onDrag = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    setOver(true);
  };
  const onLeave = (event: DragEvent) => {
    const to = event.relatedTarget;
    if (!(to instanceof Node && event.currentTarget.contains(to))) setOver(false);
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file) void importHar(file);
  };
  return (
    <section
      className={classes["dropPlace"]}
      onDragOver={onDrag}
      onDragLeave={onLeave}
      onDrop={onDrop}
      aria-label="Recorded traffic"
    >
      {children}
      {over && <div className={classes["drop"]}>Drop the HAR file to import it</div>}
    </section>
  );
}
