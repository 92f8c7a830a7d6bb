import { formatDuration } from "../../format/time.ts";
import type { TraceModel } from "./trace-model.ts";
import classes from "./trace-page.module.css";

/** What is odd about the trace, in words. */
export function TraceNotes({ model }: { readonly model: TraceModel }) {
  const notes = notesOf(model);
  if (notes.length === 0) return null;
  return (
    <ul className={classes["notes"]} aria-label="Notes">
      {notes.map((note) => (
        <li key={note}>{note}</li>
      ))}
    </ul>
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
