import type { Random } from "../../core/clock.ts";
import type { Ejection } from "../instance/ejection.ts";
import type { FailFast } from "../instance/fail-fast.ts";
import type { Load } from "./load.ts";

/** What picking needs to know about an instance. */
export interface Candidate {
  readonly id: string;
  readonly load: Load;
  readonly ejection: Ejection;
  readonly failFast: FailFast;
}

/** Round trip assumed of an instance while none of its peers was measured either, in ms. */
const COST_MS_FALLBACK = 50;
/**
 * With fewer than this share of instances well, ejection is ignored: better to spread the load than to fell the rest
 * (Envoy). One that fails and only may not go out is not well: else, of five that fail, the two that are out would be
 * tried no more than their probes allow, and one of them that recovered would be found minutes late.
 */
const PANIC_RATIO = 0.5;
/** A probe waits this long for an idempotent call, which can be retried if the instance is still ill, in ms. */
const PROBE_PATIENCE_MS = 1_000;

export interface PickRequest {
  readonly idempotent: boolean;
  readonly nowMs: number;
  readonly random: Random;
}

/**
 * Picks the instance for an attempt; undefined when no candidate is fit for it.
 * Status first: an instance whose trial or probe is due gets it, then those that are in; in panic, any that listens.
 * Among equals the better of two at random, by round trip times attempts in flight: it finds the fast ones without
 * herding onto the fastest (Mitzenmacher, "The Power of Two Choices", 2001).
 *
 * @param all The service's instances: the measure of panic and of what is usual.
 * @param candidates Those of them the call may go to.
 */
export function pick<C extends Candidate>(
  all: readonly C[],
  candidates: readonly C[],
  request: PickRequest,
): C | undefined {
  const { nowMs, random } = request;
  const listening = candidates.filter(({ failFast }) => !failFast.isRefusing(nowMs));
  const due = listening.find((candidate) => isTrialDue(candidate) || isProbeDue(candidate, request));
  if (due) return due;
  const choices = isPanic(all, nowMs) ? listening : listening.filter(({ ejection }) => ejection.status(nowMs) === "in");
  if (choices.length <= 1) return choices[0];
  const [left, right] = twoOf(choices, random);
  return cost(left, all, nowMs) <= cost(right, all, nowMs) ? left : right;
}

/** The usual cost of the measured instances, in ms; undefined when there is none. */
export function medianCostMs(candidates: readonly Candidate[], nowMs: number): number | undefined {
  return median(candidates.map(({ load }) => load.costMs(nowMs)));
}

/** What an attempt usually takes, in ms; undefined when none was measured. */
export function usualMs(candidates: readonly Candidate[]): number | undefined {
  return median(candidates.map(({ load }) => load.usualMs()));
}

function median(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined).sort((left, right) => left - right);
  return known[Math.floor((known.length - 1) / 2)];
}

/** Of one that listens as far as is known. A refused request goes elsewhere unharmed, so any call may be the trial. */
function isTrialDue({ failFast }: Candidate): boolean {
  return failFast.retryAtMs() !== undefined;
}

function isProbeDue({ ejection }: Candidate, { idempotent, nowMs }: PickRequest): boolean {
  const dueSinceMs = ejection.dueSinceMs(nowMs);
  return dueSinceMs !== undefined && (idempotent || nowMs - dueSinceMs >= PROBE_PATIENCE_MS);
}

function isPanic(all: readonly Candidate[], nowMs: number): boolean {
  let available = 0;
  for (const { ejection, failFast } of all) {
    if (ejection.isWell(nowMs) && !failFast.isRefusing(nowMs)) available += 1;
  }
  return available < all.length * PANIC_RATIO;
}

/**
 * Peak EWMA's `round trip x (in flight + 1)`. One never measured is taken to be like its peers, neither shunned nor
 * flooded, and gets one request at a time until its first answer.
 */
function cost({ load }: Candidate, all: readonly Candidate[], nowMs: number): number {
  const measuredMs = load.costMs(nowMs);
  if (measuredMs !== undefined) return measuredMs * (load.pending() + 1);
  return load.pending() > 0 ? Number.POSITIVE_INFINITY : (medianCostMs(all, nowMs) ?? COST_MS_FALLBACK);
}

/** Two different ones. `choices` holds at least two. */
function twoOf<C>(choices: readonly C[], random: Random): readonly [C, C] {
  const first = Math.floor(random() * choices.length);
  const offset = 1 + Math.floor(random() * (choices.length - 1));
  return [choices[first] as C, choices[(first + offset) % choices.length] as C];
}
