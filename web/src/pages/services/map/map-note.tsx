import { Button, Group } from "@mantine/core";
import classes from "./map.module.css";

interface MapNoteProps {
  readonly shown: number;
  readonly leftOut: number;
  readonly show: string | undefined;
  readonly onShow: (show: string | undefined) => void;
}

/** Says when the map is not all there is, and offers the rest. */
export function MapNote({ shown, leftOut, show, onShow }: MapNoteProps) {
  if (leftOut === 0 && show === undefined) return null;
  const words: Readonly<Record<string, string>> = {
    all: `All ${shown}`,
    focus: "The selected service and its neighbours",
    trouble: `What is in trouble, and who takes part in it: ${shown}`,
  };
  return (
    <Group gap={8} className={classes["note"] ?? ""}>
      {show === undefined
        ? `${shown} of ${shown + leftOut}: what fails, who takes part in it, and the busiest`
        : words[show]}
      {leftOut > 0 && (
        <>
          <Button size="compact-xs" variant="default" onClick={() => onShow("trouble")}>
            Only trouble
          </Button>
          <Button size="compact-xs" variant="default" onClick={() => onShow("all")}>
            Show all
          </Button>
        </>
      )}
      {show !== undefined && (
        <Button size="compact-xs" variant="default" onClick={() => onShow(undefined)}>
          Back
        </Button>
      )}
    </Group>
  );
}
