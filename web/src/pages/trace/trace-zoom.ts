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

/** Less than a microsecond cannot be told apart. */
const WINDOW_MS_MIN = 0.001;

/** The window made this many times as long around a moment, within the range; undefined for all of the range. */
export function zoomBy(window: TimeWindow, range: TimeWindow, times: number, aroundMs: number): TimeWindow | undefined {
  const lengthMs = Math.max(WINDOW_MS_MIN, (window.endMs - window.startMs) * times);
  if (lengthMs >= range.endMs - range.startMs) return undefined;
  const startMs = Math.min(Math.max(range.startMs, aroundMs - lengthMs / 2), range.endMs - lengthMs);
  return { startMs, endMs: startMs + lengthMs };
}
