/** Where values stand on an axis. */
export interface Scale {
  readonly place: (value: number) => number;
  /** Round numbers within it, about five. */
  readonly ticks: readonly number[];
}

const TICKS = 5;
/** Of the values' size. What differs by less is one value: its ticks would not differ in print, nor add up. */
const SPAN_LEAST = 1e-6;

/** A linear scale that holds all values and ends on round numbers. */
export function scaleOf(values: readonly number[], from: number, to: number): Scale {
  const least = Math.min(...values);
  const most = Math.max(...values);
  const step = roundStep(Math.max(most - least, SPAN_LEAST * Math.max(1, Math.abs(least), Math.abs(most))) / TICKS);
  const first = Math.floor(least / step) * step;
  const last = Math.max(first + step, Math.ceil(most / step) * step);
  const count = Math.round((last - first) / step);
  return {
    place: (value) => from + ((value - first) / (last - first)) * (to - from),
    ticks: Array.from({ length: count + 1 }, (_, index) => first + index * step),
  };
}

/** 1, 2, 2.5 or 5 times a power of ten: at least `step`. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  return ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= step * 0.999) ?? 10) * power;
}

/** 1200 as "1,200", 0.30000000000000004 as "0.3". */
export function tickText(tick: number): string {
  return tick.toLocaleString("en-US", { maximumFractionDigits: 3 });
}
