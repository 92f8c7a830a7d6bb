import type { SpanView } from "../../api/types.ts";

const ROWS_MAX = 12;

/** The first spans of a trace, each with its place in the whole as CSS lengths. */
export function traceStrip(spans: readonly SpanView[]) {
  const startMs = Math.min(...spans.map((span) => span.startMs));
  const endMs = Math.max(...spans.map((span) => span.startMs + span.durationMs));
  const wholeMs = Math.max(endMs - startMs, 0.001);
  // A parent before its children, though they began in the same moment.
  const inOrder = spans.toSorted((left, right) => left.startMs - right.startMs || right.durationMs - left.durationMs);
  const rows = inOrder.slice(0, ROWS_MAX).map((span) => ({
    span,
    left: `${((span.startMs - startMs) / wholeMs) * 100}%`,
    width: `${(span.durationMs / wholeMs) * 100}%`,
  }));
  return { rows, more: spans.length - rows.length };
}
