import { formatMoment } from "../format/time.ts";

/** A window of time as a URL has it: Unix ms in texts. */
export interface WindowTexts {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Beyond, there is no date. */
const TIME_MS_MAX = 8.64e15;

/** Unix ms; undefined for what is no moment. */
export function msOf(text: string | undefined): number | undefined {
  const ms = text === undefined || text === "" ? Number.NaN : Number(text);
  return Number.isFinite(ms) && Math.abs(ms) <= TIME_MS_MAX ? ms : undefined;
}

/** "14:03:22", with the day when it is not today; "…" without an end. */
export function momentText(text: string | undefined): string {
  const ms = msOf(text);
  return ms === undefined ? "…" : formatMoment(ms).slice(0, -4);
}

/** For an input of type datetime-local: "2026-11-21T14:03:22" in the zone of the reader; "" for no moment. */
export function inputOf(text: string | undefined): string {
  const ms = msOf(text);
  if (ms === undefined) return "";
  const local = ms - new Date(ms).getTimezoneOffset() * 60_000;
  return Math.abs(local) > TIME_MS_MAX ? "" : new Date(local).toISOString().slice(0, 19);
}

/** What such an input says, in Unix ms. */
export function timeOf(input: string): string | undefined {
  const ms = input === "" ? Number.NaN : new Date(input).getTime();
  return Number.isFinite(ms) ? String(ms) : undefined;
}
