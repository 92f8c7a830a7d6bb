import { rounded } from "./number.ts";
import { formatDuration } from "./time.ts";

/** Units of an axis, and up to which moment each is used. */
const UNITS = [
  { name: "µs", ms: 0.001, upToMs: 1 },
  { name: "ms", ms: 1, upToMs: 1_000 },
  { name: "s", ms: 1_000, upToMs: 60_000 },
] as const;

/**
 * A moment on an axis whose ticks are `stepMs` apart, as exactly as it takes to tell it from its neighbours: "50 µs",
 * "1.5 ms", "3.0005 s".
 * @param upToMs The last moment of the axis: all of them are in one unit.
 */
export function formatTick(ms: number, stepMs: number, upToMs: number): string {
  const unit = UNITS.find((one) => upToMs < one.upToMs);
  if (ms === 0) return `0 ${unit?.name ?? "s"}`;
  if (unit === undefined) return formatDuration(ms);
  const digits = Math.max(0, -Math.floor(Math.log10(stepMs / unit.ms) + 1e-9));
  return `${rounded(ms / unit.ms, Math.min(9, digits))} ${unit.name}`;
}
