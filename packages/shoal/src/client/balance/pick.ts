import type { Random } from "../../core/clock.ts";
import type { Candidate, Survey } from "./survey.ts";

/** Round trip assumed of an instance while none of its peers was measured either, in ms. */
const COST_MS_FALLBACK = 50;
/** A probe waits this long for an idempotent call, which can be retried if the instance is still ill, in ms. */
const PROBE_PATIENCE_MS = 1_000;

/** Tries in the own zone: what fails twice there may well fail of the zone. */
const LOCAL_TRIES_MAX = 2;

export interface PickRequest {
  readonly idempotent: boolean;
  readonly nowMs: number;
  readonly random: Random;
  /** Ids of those it may not go to. */
  readonly tried: ReadonlySet<string>;
  /** Asked when a trial or probe is due; false while enough of them were in vain. */
  readonly mayProbe: () => boolean;
}

/**
 * Picks the instance for an attempt; undefined when none is fit for it.
 * Status first: an instance whose trial or probe is due gets it, then those that are in; in panic, any that listens.
 * But a call that has failed once is no probe while another will do, and only so many calls are probes in vain: else,
 * of a zone that is lost, one call would try each instance.
 * Then the zone: the own one with the share that it can carry, else another in proportion to its instances in rotation.
 * A call that failed twice in the own zone goes elsewhere, and so does one that has been to all of the own zone.
 * Among equals the better of two at random, by round trip times attempts in flight: it finds the fast ones without
 * herding onto the fastest (Mitzenmacher, "The Power of Two Choices", 2001).
 *
 * A first attempt looks at two instances, however many there are, and allocates nothing.
 */
export function pick<C extends Candidate>(survey: Survey<C>, request: PickRequest): C | undefined {
  const due = dueFor(survey.due, request);
  if (due && request.tried.size === 0 && request.mayProbe()) return due;
  if (survey.panic) return betterOfTwo(survey.listening, survey, request);
  const found = staysLocal(survey, request)
    ? (betterOfTwo(survey.local, survey, request) ?? pickElsewhere(survey, request))
    : (pickElsewhere(survey, request) ?? betterOfTwo(survey.local, survey, request));
  return found ?? due;
}

function staysLocal<C extends Candidate>({ localShare, others }: Survey<C>, { tried, random }: PickRequest): boolean {
  if (others.length > 0 && tried.size >= LOCAL_TRIES_MAX) return false;
  return localShare >= 1 || (localShare > 0 && random() < localShare);
}

function dueFor<C extends Candidate>(due: readonly C[], request: PickRequest): C | undefined {
  for (const candidate of due) {
    if (request.tried.has(candidate.id)) continue;
    if (isTrialDue(candidate) || isProbeDue(candidate, request)) return candidate;
  }
  return undefined;
}

/** Of one that listens as far as is known. A refused request goes elsewhere unharmed, so any call may be the trial. */
function isTrialDue({ failFast }: Candidate): boolean {
  return failFast.retryAtMs() !== undefined;
}

function isProbeDue({ ejection }: Candidate, { idempotent, nowMs }: PickRequest): boolean {
  const dueSinceMs = ejection.dueSinceMs(nowMs);
  return dueSinceMs !== undefined && (idempotent || nowMs - dueSinceMs >= PROBE_PATIENCE_MS);
}

/** In another zone: each as often as it has instances in rotation; or in any that the call has not been to. */
function pickElsewhere<C extends Candidate>(survey: Survey<C>, request: PickRequest): C | undefined {
  const { others, othersCount } = survey;
  const [first] = others;
  if (first === undefined) return undefined;
  if (others.length === 1) return betterOfTwo(first, survey, request);
  const zone = zoneAt(others, Math.floor(request.random() * othersCount)) ?? first;
  const chosen = betterOfTwo(zone, survey, request);
  return chosen === undefined && request.tried.size > 0 ? betterOfTwo(others.flat(), survey, request) : chosen;
}

function zoneAt<C>(zones: readonly (readonly C[])[], index: number): readonly C[] | undefined {
  let left = index;
  for (const zone of zones) {
    if (left < zone.length) return zone;
    left -= zone.length;
  }
  return undefined;
}

function betterOfTwo<C extends Candidate>(
  all: readonly C[],
  survey: Survey<C>,
  { nowMs, random, tried }: PickRequest,
): C | undefined {
  // a first attempt, which nearly all are, copies nothing
  const choices = tried.size === 0 ? all : all.filter(({ id }) => !tried.has(id));
  if (choices.length <= 1) return choices[0];
  const first = Math.floor(random() * choices.length);
  const offset = 1 + Math.floor(random() * (choices.length - 1));
  const left = choices[first] as C;
  const right = choices[(first + offset) % choices.length] as C;
  return cost(left, survey, nowMs) <= cost(right, survey, nowMs) ? left : right;
}

/**
 * Peak EWMA's `round trip x (in flight + 1)`. One never measured is taken to be like its peers, neither shunned nor
 * flooded, and gets one request at a time until its first answer.
 */
function cost<C extends Candidate>({ load }: Candidate, { peerCostMs }: Survey<C>, nowMs: number): number {
  const measuredMs = load.costMs(nowMs);
  if (measuredMs !== undefined) return measuredMs * (load.pending() + 1);
  return load.pending() > 0 ? Number.POSITIVE_INFINITY : (peerCostMs() ?? COST_MS_FALLBACK);
}
