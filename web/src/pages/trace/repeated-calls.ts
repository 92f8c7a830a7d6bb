import type { TraceNode } from "./trace-tree.ts";

/** The same done again and again by one span, each time after the last had ended. */
export interface RepeatedCalls {
  readonly parent: TraceNode;
  readonly first: TraceNode;
  readonly count: number;
  readonly totalMs: number;
}

/** Fewer are how programs are written. */
const COUNT_MIN = 10;
/** Less of the parent's time is not worth a change. */
const SHARE_MIN = 0.1;
/** Nor is less of the whole trace. */
const TRACE_SHARE_MIN = 0.05;
const FOUND_MAX = 3;

/**
 * What is asked for one by one though it might be asked for at once ("N+1"), the longest first: at least 10 children of
 * a span that do the same one after another, in at least a tenth of its time and a twentieth of the trace's.
 */
export function repeatedCalls(nodes: readonly TraceNode[], traceMs: number): readonly RepeatedCalls[] {
  return nodes
    .filter(({ children }) => children.length >= COUNT_MIN)
    .flatMap((parent) => [...Map.groupBy(parent.children, nameOf).values()].map((same) => repeatedOf(parent, same)))
    .filter((found) => found !== undefined)
    .filter(({ totalMs }) => totalMs >= traceMs * TRACE_SHARE_MIN)
    .sort((left, right) => right.totalMs - left.totalMs)
    .slice(0, FOUND_MAX);
}

function nameOf({ span }: TraceNode): string {
  return JSON.stringify([span.service, span.name, span.kind]);
}

function repeatedOf(parent: TraceNode, same: readonly TraceNode[]): RepeatedCalls | undefined {
  const [first] = same;
  if (!first || same.length < COUNT_MIN) return undefined;
  let totalMs = 0;
  for (const [at, node] of same.entries()) {
    // Such as run beside each other are asked for at once already.
    if (at > 0 && node.startMs < (same[at - 1]?.endMs ?? 0)) return undefined;
    totalMs += node.endMs - node.startMs;
  }
  return totalMs < (parent.endMs - parent.startMs) * SHARE_MIN
    ? undefined
    : { parent, first, count: same.length, totalMs };
}
