import type { TraceNode } from "./trace-tree.ts";

export interface TimeWindow {
  readonly startMs: number;
  readonly endMs: number;
}

/** Spans further than this from most others have a broken clock. */
const FAR_MS = 86_400_000;

/** What the waterfall spans, and the spans that are too far away to be in it, such as one of the year 3000. */
export function traceRange(nodes: readonly TraceNode[]): {
  readonly range: TimeWindow;
  readonly far: ReadonlySet<TraceNode>;
} {
  const starts = nodes.map(({ startMs }) => startMs).sort((left, right) => left - right);
  const middleMs = starts[Math.floor((starts.length - 1) / 2)] ?? 0;
  const isFar = ({ startMs, endMs }: TraceNode) =>
    !(Math.abs(startMs - middleMs) <= FAR_MS && Math.abs(endMs - middleMs) <= FAR_MS * 30);
  const far = new Set(nodes.filter(isFar));
  let startMs = Number.POSITIVE_INFINITY;
  let endMs = Number.NEGATIVE_INFINITY;
  for (const node of nodes) {
    if (far.has(node)) continue;
    startMs = Math.min(startMs, node.startMs);
    endMs = Math.max(endMs, node.endMs);
  }
  return { range: startMs <= endMs ? { startMs, endMs } : { startMs: middleMs, endMs: middleMs }, far };
}

/** Where a stretch of time is within the window, in percent, cut at its edges; undefined outside of it. */
export function placeIn(
  { startMs, endMs }: TimeWindow,
  window: TimeWindow,
): { readonly left: number; readonly width: number } | undefined {
  const span = window.endMs - window.startMs;
  if (endMs < window.startMs || startMs > window.endMs) return undefined;
  if (span <= 0) return { left: 0, width: 100 };
  const left = Math.max(0, ((startMs - window.startMs) / span) * 100);
  const right = Math.min(100, ((endMs - window.startMs) / span) * 100);
  return { left, width: right - left };
}

/** Round moments for the axis, after the start of the trace, at most `count`. */
export function ticksOf(window: TimeWindow, originMs: number, count: number): readonly number[] {
  const span = window.endMs - window.startMs;
  if (!(span > 0) || !Number.isFinite(span)) return [window.startMs];
  const step = niceStep(span / count);
  const first = Math.ceil((window.startMs - originMs) / step);
  const ticks: number[] = [];
  for (let at = first; originMs + at * step <= window.endMs && ticks.length <= count; at += 1) {
    ticks.push(originMs + at * step);
  }
  return ticks;
}

function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  const digit = [1, 2, 5, 10].find((one) => one * power >= rough) ?? 10;
  return digit * power;
}
