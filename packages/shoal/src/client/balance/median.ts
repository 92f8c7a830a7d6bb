import type { Load } from "./load.ts";

interface Loaded {
  readonly load: Load;
}

/** The usual cost of the measured instances, in ms; undefined when there is none. */
export function medianCostMs(candidates: readonly Loaded[], nowMs: number): number | undefined {
  return median(candidates.map(({ load }) => load.costMs(nowMs)));
}

/** What an attempt usually takes, in ms; undefined when none was measured. */
export function usualMs(candidates: readonly Loaded[]): number | undefined {
  return median(candidates.map(({ load }) => load.usualMs()));
}

function median(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined).sort((left, right) => left - right);
  return known[Math.floor((known.length - 1) / 2)];
}
