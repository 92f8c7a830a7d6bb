import type { Clock } from "../core/clock.ts";

/** Which new traces are recorded in full: all of them, none, or at most so many a second. */
export type Sampling =
  | { readonly kind: "all" }
  | { readonly kind: "none" }
  | { readonly kind: "rate"; readonly perSecond: number };

type Environment = Readonly<Record<string, string | undefined>>;

/** New traces a second and process outside of development: enough to see what happens, and to count on for its cost. */
const PER_SECOND = 10;

/**
 * SHOAL_SAMPLING: "all", "none" or a number of new traces a second. Without it, or with something else: all while
 * developing (realm "local"), else 10 a second.
 */
export function samplingFrom(env: Environment): Sampling {
  const wanted = (env["SHOAL_SAMPLING"] ?? "").trim();
  if (wanted === "all") return { kind: "all" };
  if (wanted === "none") return { kind: "none" };
  const perSecond = wanted === "" ? Number.NaN : Number(wanted);
  if (perSecond >= 0 && perSecond < Number.POSITIVE_INFINITY) return { kind: "rate", perSecond };
  return (env["SHOAL_REALM"] || "local") === "local" ? { kind: "all" } : { kind: "rate", perSecond: PER_SECOND };
}

/** Decides for one new trace after the other. A rate is a bucket of tokens that holds a second's worth, at least one. */
export function createSampler(sampling: Sampling, clock: Pick<Clock, "now">): (nowMs?: number) => boolean {
  if (sampling.kind === "all") return () => true;
  if (sampling.kind !== "rate" || sampling.perSecond === 0) return () => false;
  const { perSecond } = sampling;
  const tokensMax = Math.max(1, perSecond);
  let tokens = tokensMax;
  let filledMs = clock.now();
  return (nowMs = clock.now()) => {
    tokens = Math.min(tokensMax, tokens + (Math.max(0, nowMs - filledMs) / 1_000) * perSecond);
    filledMs = nowMs;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
