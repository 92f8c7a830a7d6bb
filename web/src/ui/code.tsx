import { Group, ScrollArea, Text } from "@mantine/core";
import classes from "./code.module.css";
import { CopyButton } from "./copy-button.tsx";
import { Found } from "./found-text.tsx";

interface CodeProps {
  /** Shown as text, whatever it holds. */
  readonly text: string;
  readonly label: string;
  readonly maxHeight?: number;
  /** What to mark in it, in lower case, and which of the places to bring into sight. */
  readonly find?: string;
  readonly at?: number;
}

/** A text of a machine, with its line breaks; longer ones scroll. */
export function Code({ text, label, maxHeight = 420, find = "", at = 0 }: CodeProps) {
  return (
    <div className={classes["code"]}>
      <Group justify="space-between" className={classes["bar"] ?? ""}>
        <Text size="xs" c="var(--shoal-text-quiet)">
          {label}
        </Text>
        <CopyButton value={text} label={`Copy ${label}`} />
      </Group>
      <ScrollArea.Autosize mah={maxHeight} viewportProps={{ tabIndex: 0, "aria-label": label }}>
        <pre className={classes["text"]}>
          <Found text={text} find={find} at={at} />
        </pre>
      </ScrollArea.Autosize>
    </div>
  );
}
