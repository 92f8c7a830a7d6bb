import { Checkbox, Group, Text } from "@mantine/core";
import { useMemo, useState } from "react";
import classes from "./text-diff.module.css";
import { comparableText, type DiffLine, textDiff, withoutEqual } from "./text-diff-lines.ts";

interface TextDiffProps {
  readonly before: string;
  readonly after: string;
  readonly label: string;
}

const MARKS: Readonly<Record<DiffLine["kind"], string>> = { same: " ", before: "−", after: "+", skipped: "⋯" };

/** Two texts line by line; JSON by what it says, whatever the order of its members and its spaces. */
export function TextDiff({ before, after, label }: TextDiffProps) {
  const [whole, setWhole] = useState(false);
  const lines = useMemo(() => textDiff(comparableText(before), comparableText(after)), [before, after]);
  if (lines === undefined) return <Quiet text="They have too little in common to be compared line by line." />;
  const differs = lines.some(({ kind }) => kind !== "same");
  if (!differs) return <Quiet text={before === "" ? "Both are empty." : "They are the same."} />;
  return (
    <section aria-label={label}>
      <Group justify="flex-end" mb={4}>
        <Checkbox size="xs" label="Equal lines too" checked={whole} onChange={() => setWhole(!whole)} />
      </Group>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <div className={classes["diff"]} role="group" tabIndex={0} aria-label={`${label}: lines`}>
        {(whole ? lines : withoutEqual(lines)).map(({ kind, text }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines may be equal, and the list never changes
          <div key={index} className={classes["line"]} data-kind={kind}>
            <span className={classes["mark"]}>{MARKS[kind]}</span>
            <span className={classes["text"]}>{text}</span>
          </div>
        ))}
      </div>
    </section>
  );
}

function Quiet({ text }: { readonly text: string }) {
  return (
    <Text size="sm" c="var(--shoal-text-quiet)">
      {text}
    </Text>
  );
}
