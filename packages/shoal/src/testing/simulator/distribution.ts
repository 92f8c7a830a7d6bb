import type { Random } from "../../core/clock.ts";

/** Draws a value, such as a duration in ms. */
export type Distribution = (random: Random) => number;

/** Always the same. */
export function constant(value: number): Distribution {
  return () => value;
}

/** Anything from `low` to `high`, all alike. */
export function uniform(low: number, high: number): Distribution {
  return (random) => low + random() * (high - low);
}

/** The gaps of independent arrivals, and whatever has no memory. */
export function exponential(mean: number): Distribution {
  return (random) => -Math.log(1 - random()) * mean;
}

/**
 * What the latencies of most services look like: half below `median`, and a long tail.
 * @param sigma Of the logarithm. 0.3 puts the 99th percentile at twice the median, 1 at ten times. Default 0.3.
 */
export function lognormal(median: number, sigma = 0.3): Distribution {
  return (random) => median * Math.exp(sigma * normal(random));
}

/** Draws from one of several, each as often as its weight says; weights need not add up to 1. */
export function mixture(parts: readonly (readonly [weight: number, distribution: Distribution])[]): Distribution {
  const total = parts.reduce((sum, [weight]) => sum + weight, 0);
  return (random) => {
    let left = random() * total;
    for (const [weight, distribution] of parts) {
      left -= weight;
      if (left < 0) return distribution(random);
    }
    return parts.at(-1)?.[1](random) ?? 0;
  };
}

/** Box and Muller's transform, one of its two values. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
