import type { TraceModel } from "./trace-model.ts";
import type { TraceNode } from "./trace-tree.ts";

/** Spans to jump to, by what one looks for; ids in the order in which they are visited. */
export interface SpanJumps {
  /** Failed spans, from the top. */
  readonly failed: readonly string[];
  /** Those that worked longest themselves, the longest first. */
  readonly slowest: readonly string[];
}

/** Who looks further down wants another tool. */
const SLOWEST_MAX = 20;

export function spanJumps(nodes: readonly TraceNode[], { selfMs, far }: Pick<TraceModel, "selfMs" | "far">): SpanJumps {
  const selfOf = ({ id }: TraceNode) => selfMs.get(id) ?? 0;
  return {
    failed: nodes.filter(({ span }) => span.status === "error").map(({ id }) => id),
    slowest: nodes
      .filter((node) => !far.has(node) && selfOf(node) > 0)
      .sort((left, right) => selfOf(right) - selfOf(left))
      .slice(0, SLOWEST_MAX)
      .map(({ id }) => id),
  };
}

/** The one after (1) or before (-1) the current one, round and round; from elsewhere the first or the last. */
export function jumpFrom(ids: readonly string[], current: string | undefined, by: 1 | -1): string | undefined {
  const at = current === undefined ? -1 : ids.indexOf(current);
  if (at < 0) return ids.at(by === 1 ? 0 : -1);
  return ids[(at + by + ids.length) % ids.length];
}
