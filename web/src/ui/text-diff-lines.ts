import { diffLines } from "diff";

export interface DiffLine {
  readonly kind: "same" | "before" | "after" | "skipped";
  /** For "skipped": how many equal lines are left out. */
  readonly text: string;
}

/** Two texts that differ in more lines than this are not worth a comparison line by line. */
const EDITS_MAX = 1_000;
/** Equal lines shown around a change. */
const CONTEXT_LINES = 3;
const LINES_MAX = 5_000;

/** The lines of two texts, with what only one has marked. Undefined when they have too little in common. */
export function textDiff(before: string, after: string): readonly DiffLine[] | undefined {
  const changes = diffLines(ended(before), ended(after), { maxEditLength: EDITS_MAX });
  return changes
    ?.flatMap(({ value, added, removed }): DiffLine[] => {
      const kind = added ? "after" : removed ? "before" : "same";
      return value
        .replace(/\n$/, "")
        .split("\n")
        .map((text) => ({ kind, text }));
    })
    .slice(0, LINES_MAX);
}

/** Leaves out long stretches of equal lines. */
export function withoutEqual(lines: readonly DiffLine[]): readonly DiffLine[] {
  const near = lines.map(() => false);
  lines.forEach(({ kind }, index) => {
    if (kind === "same") return;
    near.fill(true, Math.max(0, index - CONTEXT_LINES), index + CONTEXT_LINES + 1);
  });
  const shown: DiffLine[] = [];
  let skipped = 0;
  const flush = () => {
    if (skipped > 0) shown.push({ kind: "skipped", text: `${skipped} equal ${skipped === 1 ? "line" : "lines"}` });
    skipped = 0;
  };
  lines.forEach((line, index) => {
    if (!near[index]) {
      skipped += 1;
      return;
    }
    flush();
    shown.push(line);
  });
  flush();
  return shown;
}

/** JSON with its members in order of their names, so that only what it says is compared; other text as it is. */
export function comparableText(text: string): string {
  try {
    return JSON.stringify(sorted(JSON.parse(text)), null, 2);
  } catch {
    return text;
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, member]) => [key, sorted(member)]));
}

function ended(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}
