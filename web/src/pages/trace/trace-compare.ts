import type { TraceNode } from "./trace-tree.ts";

export type CompareVerdict = "same" | "slower" | "faster" | "new" | "missing" | "fails" | "mended";

/** Two spans that do the same in two traces, or one that has no match. */
export interface ComparedSpan {
  readonly key: string;
  readonly before: TraceNode | undefined;
  readonly after: TraceNode | undefined;
  readonly depth: number;
  readonly verdict: CompareVerdict;
  /** How much longer it took, in ms; of one without a match its whole duration, negative when it is missing. */
  readonly deltaMs: number;
}

/** Less of a change is chance. */
const CHANGE_MS_MIN = 1;
const CHANGE_RATIO_MIN = 0.2;

/**
 * Two traces span by span, parents first: children of matched spans match when they have the same service, operation
 * and kind, the first with the first and so on. Single roots match whatever they are, as the reader chose them.
 */
export function compareTraces(before: readonly TraceNode[], after: readonly TraceNode[]): readonly ComparedSpan[] {
  const rows: ComparedSpan[] = [];
  const first =
    before.length === 1 && after.length === 1 ? [pairOf(before[0], after[0], 0)] : matched(before, after, 0);
  const stack = [...first].reverse();
  for (let pair = stack.pop(); pair; pair = stack.pop()) {
    rows.push({ ...pair, key: String(rows.length), ...verdictOf(pair) });
    stack.push(...matched(pair.before?.children ?? [], pair.after?.children ?? [], pair.depth + 1).reverse());
  }
  return rows;
}

type Pair = Pick<ComparedSpan, "before" | "after" | "depth">;

function pairOf(before: TraceNode | undefined, after: TraceNode | undefined, depth: number): Pair {
  return { before, after, depth };
}

/** In the order of the second trace; what is missing there stands where it was, after what came before it. */
function matched(before: readonly TraceNode[], after: readonly TraceNode[], depth: number): Pair[] {
  const waiting = new Map<string, TraceNode[]>();
  for (const node of after) {
    const list = waiting.get(keyOf(node));
    if (list) list.push(node);
    else waiting.set(keyOf(node), [node]);
  }
  const taken = new Map<TraceNode, TraceNode>();
  const missingAfter = new Map<TraceNode | undefined, TraceNode[]>();
  let last: TraceNode | undefined;
  for (const node of before) {
    const match = waiting.get(keyOf(node))?.shift();
    if (match) {
      taken.set(match, node);
      last = match;
    } else missingAfter.set(last, [...(missingAfter.get(last) ?? []), node]);
  }
  const gone = (at: TraceNode | undefined) =>
    (missingAfter.get(at) ?? []).map((node) => pairOf(node, undefined, depth));
  return [...gone(undefined), ...after.flatMap((node) => [pairOf(taken.get(node), node, depth), ...gone(node)])];
}

function keyOf({ span }: TraceNode): string {
  return JSON.stringify([span.service, span.name, span.kind]);
}

function verdictOf({ before, after }: Pair): { readonly verdict: CompareVerdict; readonly deltaMs: number } {
  if (before === undefined) return { verdict: "new", deltaMs: after === undefined ? 0 : durationOf(after) };
  if (after === undefined) return { verdict: "missing", deltaMs: -durationOf(before) };
  const deltaMs = durationOf(after) - durationOf(before);
  const [failed, fails] = [before.span.status === "error", after.span.status === "error"];
  if (fails !== failed) return { verdict: fails ? "fails" : "mended", deltaMs };
  const isSame = Math.abs(deltaMs) < Math.max(CHANGE_MS_MIN, durationOf(before) * CHANGE_RATIO_MIN);
  return { verdict: isSame ? "same" : deltaMs > 0 ? "slower" : "faster", deltaMs };
}

function durationOf(node: TraceNode): number {
  return node.endMs - node.startMs;
}
