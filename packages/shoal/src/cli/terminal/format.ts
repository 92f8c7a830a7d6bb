/** "0.8 s", "12 s", "3 min 20 s", "2 h 5 min", "4 d 3 h". */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, ms) / 1_000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(Math.round(seconds) / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds) % 60} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** How long something is so, in whole seconds: "7 s", "3 min 20 s", "2 h 5 min". */
export function formatAge(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  return seconds < 60 ? `${seconds} s` : formatDuration(seconds * 1_000);
}

/** Requests per second: one digit after the point below 100, none above; "-" for none. */
export function formatRate(perSecond: number): string {
  if (perSecond <= 0) return "-";
  if (perSecond < 0.05) return "<0.1";
  return perSecond < 99.95 ? perSecond.toFixed(1) : String(Math.round(perSecond));
}

/** A ratio of 0 to 1 as "0.5 %"; "-" without requests. */
export function formatRatio(ratio: number, perSecond: number): string {
  if (perSecond <= 0) return "-";
  if (ratio > 0 && ratio < 0.0005) return "<0.1 %";
  return `${(ratio * 100).toFixed(1)} %`;
}

/** A latency: "0.84 ms", "9 ms", "12.1 ms", "350 ms", "2.4 s"; "-" for none. */
export function formatLatency(ms: number | null): string {
  if (ms === null) return "-";
  if (ms >= 999.5) return `${rounded(ms / 1_000, 1)} s`;
  if (ms >= 99.95) return `${Math.round(ms)} ms`;
  return `${rounded(ms, ms >= 9.995 ? 1 : 2)} ms`;
}

/** No digits after the point that are only zeros. */
function rounded(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)));
}

/** "1 service", "2 services". */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** Local day, "2026-11-21". */
export function formatDay(unixMs: number): string {
  const date = new Date(unixMs);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Local time of day, "14:03:07.120". */
export function formatTime(unixMs: number): string {
  const date = new Date(unixMs);
  const two = (value: number) => String(value).padStart(2, "0");
  const millis = String(date.getMilliseconds()).padStart(3, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${millis}`;
}
