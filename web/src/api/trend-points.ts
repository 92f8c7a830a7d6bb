/** A rate, and when it was so. */
export interface TrendPoint {
  /** As performance.now() has it. */
  readonly atMs: number;
  readonly value: number;
}

/** How far back a trend goes. */
const TREND_MS = 60_000;

/**
 * What the control plane tells of the last minute, and before it what this page has seen itself: a control plane that was
 * started again knows only what came since.
 * @param values Oldest first, the last of now.
 */
export function mergedTrend(
  own: readonly TrendPoint[],
  values: readonly number[],
  stepMs: number,
  nowMs: number,
): readonly TrendPoint[] {
  const told = values.map((value, index) => ({ atMs: nowMs - (values.length - 1 - index) * stepMs, value }));
  const firstMs = told[0]?.atMs ?? nowMs;
  return inTime([...own.filter(({ atMs }) => atMs <= firstMs - stepMs / 2), ...told], nowMs);
}

/** Those of the last minute. */
export function inTime(points: readonly TrendPoint[], nowMs: number): readonly TrendPoint[] {
  return points.filter(({ atMs }) => atMs > nowMs - TREND_MS);
}
