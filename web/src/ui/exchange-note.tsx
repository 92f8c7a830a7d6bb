import type { ReactNode } from "react";
import classes from "./exchange-note.module.css";

interface NoteProps {
  /** "bad" is read out at once. */
  readonly kind: "info" | "warn" | "bad";
  readonly children: ReactNode;
}

/** Something to know about what stands next to it. */
export function Note({ kind, children }: NoteProps) {
  return (
    <div className={classes["note"]} data-kind={kind} role={kind === "bad" ? "alert" : "note"}>
      {children}
    </div>
  );
}
