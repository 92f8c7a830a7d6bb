import type { TimeWindow } from "./trace-range.ts";

/** "12.5-80" of the URL: ms after the start. Undefined when it is no stretch of the range. */
export function zoomOf(text: string | undefined, range: TimeWindow): TimeWindow | undefined {
  const match = /^(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)$/.exec(text ?? "");
  if (!match) return undefined;
  const startMs = Math.max(range.startMs, range.startMs + Number(match[1]));
  const endMs = Math.min(range.endMs, range.startMs + Number(match[2]));
  return endMs > startMs ? { startMs, endMs } : undefined;
}

/** For the URL; undefined for all of the range. Microseconds are enough. */
export function zoomText(window: TimeWindow, range: TimeWindow): string | undefined {
  if (window.startMs <= range.startMs && window.endMs >= range.endMs) return undefined;
  const offset = (ms: number) => String(Math.max(0, Math.round((ms - range.startMs) * 1_000) / 1_000));
  return `${offset(window.startMs)}-${offset(window.endMs)}`;
}
