import type { TraceNode } from "./trace-tree.ts";

/**
 * How long each span worked itself, by its id, in ms: its time without that in which some span below it ran. What runs
 * beside each other counts once; what outlives its parent counts up to the parent's end.
 */
export function selfTimes(nodes: readonly TraceNode[]): ReadonlyMap<string, number> {
  return new Map(nodes.map((node) => [node.id, node.endMs - node.startMs - coveredMs(node)]));
}

/** Of a span the time in which at least one child ran. */
function coveredMs({ children, startMs, endMs }: TraceNode): number {
  let covered = 0;
  let untilMs = startMs;
  // They are in the order of their starts.
  for (const child of children) {
    const fromMs = Math.max(untilMs, child.startMs);
    const toMs = Math.min(endMs, child.endMs);
    if (toMs > fromMs) covered += toMs - fromMs;
    untilMs = Math.max(untilMs, toMs);
  }
  return covered;
}
