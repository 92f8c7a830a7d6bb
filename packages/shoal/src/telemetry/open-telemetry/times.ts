import type { TimeInput } from "@opentelemetry/api";

/** No process is three years old, and no span is from before 1973. */
const PERFORMANCE_MS_MAX = 1e11;

/** Unix ms of a time in any of OpenTelemetry's forms; a small number is one of `performance.now()`. */
export function unixMsOf(time: TimeInput | undefined, nowMs: () => number): number {
  if (time === undefined) return nowMs();
  if (typeof time === "number") return time < PERFORMANCE_MS_MAX ? performance.timeOrigin + time : time;
  return Array.isArray(time) ? time[0] * 1_000 + time[1] / 1e6 : time.getTime();
}
