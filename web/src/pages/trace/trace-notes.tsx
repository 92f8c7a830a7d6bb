import { Anchor } from "@mantine/core";
import { formatCount, formatShare } from "../../format/number.ts";
import { formatDuration } from "../../format/time.ts";
import type { RepeatedCalls } from "./repeated-calls.ts";
import type { TraceModel } from "./trace-model.ts";
import classes from "./trace-page.module.css";

interface TraceNotesProps {
  readonly model: TraceModel;
  readonly onSelect: (span: string) => void;
}

/** What is odd about the trace, in words. */
export function TraceNotes({ model, onSelect }: TraceNotesProps) {
  const notes = notesOf(model);
  const { repeated } = model;
  if (notes.length === 0 && repeated.length === 0) return null;
  return (
    <ul className={classes["notes"]} aria-label="Notes">
      {repeated.map((one) => (
        <RepeatedNote key={one.first.id} repeated={one} onSelect={onSelect} />
      ))}
      {notes.map((note) => (
        <li key={note}>{note}</li>
      ))}
    </ul>
  );
}

interface RepeatedNoteProps {
  readonly repeated: RepeatedCalls;
  readonly onSelect: (span: string) => void;
}

function RepeatedNote({ repeated: { parent, first, count, totalMs }, onSelect }: RepeatedNoteProps) {
  const share = formatShare(totalMs / (parent.endMs - parent.startMs));
  return (
    <li>
      <Anchor component="button" type="button" fz="inherit" underline="always" onClick={() => onSelect(first.id)}>
        {first.span.service} {first.span.name}
      </Anchor>{" "}
      ran {formatCount(count)} times, one after another: {formatDuration(totalMs)}, {share} of {parent.span.service}{" "}
      {parent.span.name}. Asking for all at once would take less.
    </li>
  );
}

function notesOf({ trace, tree, far, skewed, logs }: TraceModel): readonly string[] {
  const [worst] = skewed;
  const notes = [
    trace.truncated && `Only the first ${tree.nodes.length} spans are shown: the trace has more.`,
    worst &&
      `The clock of ${worst.instance} is ${formatDuration(Math.abs(worst.skewMs))} ${worst.skewMs > 0 ? "slow" : "fast"}${skewed.length > 1 ? `, those of ${skewed.length - 1} others are off, too` : ""}: its spans are moved to where their callers waited.`,
    tree.missingParents > 0 &&
      `${counted(tree.missingParents, "span names a parent", "spans name parents")} that ${tree.missingParents === 1 ? "is" : "are"} not here: not sampled, or not come yet.`,
    tree.cycles > 0 &&
      `${counted(tree.cycles, "circle of parents was", "circles of parents were")} cut at its earliest span.`,
    tree.duplicates > 0 && `${counted(tree.duplicates, "span has", "spans have")} an id that another span has, too.`,
    far.size > 0 &&
      `${counted(far.size, "span is", "spans are")} more than a day away from the others and not drawn in time.`,
    logs.get("") !== undefined &&
      `${counted(logs.get("")?.length ?? 0, "log line belongs", "log lines belong")} to no span that is here: see Logs.`,
  ];
  return notes.filter((note) => typeof note === "string");
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
