/** A moment, exact to the nanosecond: a double of Unix nanoseconds is 256 of them wrong. */
export interface Instant {
  /** Whole Unix ms. */
  readonly ms: number;
  /** Nanoseconds after `ms`, 0 to 999 999. */
  readonly nanos: number;
}

/** Unix 0, which OpenTelemetry takes for "not known". */
export const NO_INSTANT: Instant = Object.freeze({ ms: 0, nanos: 0 });

/** Of the two halves of an unsigned 64-bit count of Unix nanoseconds. */
export function instantOfHalves(low: number, high: number): Instant {
  // 2^32 = 4 294 * 10^6 + 967 296: so no intermediate is over 2^53.
  const rest = high * 967_296 + low;
  return { ms: high * 4_294 + Math.floor(rest / 1_000_000), nanos: rest % 1_000_000 };
}

/** Of a JSON value: Unix nanoseconds as a string of digits or, less exact, a number. undefined when it is neither. */
export function instantOfJson(value: unknown): Instant | undefined {
  if (value === undefined || value === null) return NO_INSTANT;
  if (typeof value === "string" && /^\d{1,20}$/.test(value)) {
    return { ms: Number(value.slice(0, -6)), nanos: Number(value.slice(-6)) };
  }
  if (typeof value !== "number" || !(value >= 0) || value > 2 ** 64) return undefined;
  const ms = Math.floor(value / 1_000_000);
  return { ms, nanos: Math.round(value - ms * 1_000_000) };
}

/** As Unix ms with fractions. */
export function msOf({ ms, nanos }: Instant): number {
  return ms + nanos / 1_000_000;
}

/** From one to the other, in ms; negative when `to` is the earlier. */
export function msBetween(from: Instant, to: Instant): number {
  return to.ms - from.ms + (to.nanos - from.nanos) / 1_000_000;
}

/** 2000-01-01: no telemetry is older, so what says so is a clock that was never set, or another unit. */
const MS_MIN = Date.UTC(2_000, 0, 1);
/** Clocks differ, by a time zone at worst. */
const AHEAD_MS_MAX = 24 * 3_600 * 1_000;

/** Whether something can have happened then: since the year 2000, and at most a day from now. */
export function isPlausible(ms: number, nowMs: number): boolean {
  return ms >= MS_MIN && ms <= nowMs + AHEAD_MS_MAX;
}
