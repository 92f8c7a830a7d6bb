import { rounded } from "./number.ts";

/** A duration: "<0.01 ms", "0.42 ms", "5 ms", "12 ms", "1.24 s", "2 m 05 s", "3 h 12 m", "4 d 2 h". */
export function formatDuration(ms: number): string {
  if (ms < 0.005) return ms <= 0 ? "0 ms" : "<0.01 ms";
  // What would be rounded to 1,000 ms or 60 s is said in the larger unit.
  if (ms < 999.5) return `${rounded(ms, ms < 0.995 ? 2 : ms < 9.95 ? 1 : 0)} ms`;
  if (ms < 59_950) return `${rounded(ms / 1_000, ms < 9_995 ? 2 : 1)} s`;
  return formatLong(Math.round(ms / 1_000));
}

function formatLong(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} m ${String(seconds % 60).padStart(2, "0")} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${String(minutes % 60).padStart(2, "0")} m`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Null, as the control plane says "no traffic", is a dash. */
export function formatDurationOr(ms: number | null): string {
  return ms === null ? "–" : formatDuration(ms);
}

const CLOCK = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
});
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const FULL = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "long" });

/** Further from 1970 no date goes (ECMAScript's time values). */
const DATE_MS_MAX = 8.64e15;

/** Whether there is such a moment: what others sent may be any number. */
export function isMoment(timeMs: number): boolean {
  return Math.abs(timeMs) <= DATE_MS_MAX;
}

/** "14:03:22.123"; "–" when there is no such moment. */
export function formatClock(timeMs: number): string {
  return isMoment(timeMs) ? CLOCK.format(timeMs) : "–";
}

/** "14:03:22.123" today, "20 Nov 14:03:22.123" on another day. */
export function formatMoment(timeMs: number, nowMs: number = Date.now()): string {
  if (!isMoment(timeMs)) return "–";
  const sameDay = DAY.format(timeMs) === DAY.format(nowMs) && Math.abs(nowMs - timeMs) < 86_400_000;
  return sameDay ? formatClock(timeMs) : `${DAY.format(timeMs)} ${formatClock(timeMs)}`;
}

/** With date and zone, for a tooltip. */
export function formatFull(timeMs: number): string {
  return isMoment(timeMs) ? FULL.format(timeMs) : `${timeMs} ms is no date`;
}

/** "just now", "12 s ago", "5 m ago", "3 h ago", "2 d ago". */
export function formatAgo(timeMs: number, nowMs: number): string {
  if (!isMoment(timeMs)) return "–";
  const seconds = Math.max(0, Math.round((nowMs - timeMs) / 1_000));
  if (seconds < 2) return "just now";
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} m ago`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}
