import type { Ejection } from "../instance/ejection.ts";
import type { FailFast } from "../instance/fail-fast.ts";
import type { Load } from "./load.ts";
import { medianCostMs } from "./median.ts";
import { zoneLocalShare, zonesSuffice } from "./zone-share.ts";

/** What picking needs to know about an instance. */
export interface Candidate {
  readonly id: string;
  readonly zone: string;
  readonly load: Load;
  readonly ejection: Ejection;
  readonly failFast: FailFast;
}

/**
 * With fewer than this share of instances well, ejection is ignored: better to spread the load than to fell the rest
 * (Envoy). One that fails and only may not go out is not well: else, of five that fail, the two that are out would be
 * tried no more than their probes allow, and one of them that recovered would be found minutes late.
 */
const PANIC_RATIO = 0.5;
/**
 * The least share of a zone that has instances in rotation of which none is well: what is in is not probed, so only
 * traffic can tell that it has recovered.
 */
const LOCAL_SHARE_MIN = 0.01;
/** A survey is good for this long, in ms, if nothing happens: shares of failures change by time alone. */
const SURVEY_MS = 100;

/** The instances a process keeps to, and what is known of those that it should see. */
export interface Surveyed<C extends Candidate> {
  /** Of the own zone; all of them when zones are ignored. */
  readonly local: readonly C[];
  /** Of the other zones; none when zones are ignored. */
  readonly others: readonly C[];
  /** Share of the own zone's usual instances that the registry lists, 0 to 1. */
  readonly localPresence: number;
  readonly othersPresence: number;
  /** Policy's `zoneOverprovision`. */
  readonly overprovision: number;
}

/**
 * How the instances stand at one moment, arranged so that picking need not look at each. True until `untilMs`, or until
 * one of them changes its standing.
 */
export interface Survey<C extends Candidate> {
  /** All that were looked at. */
  readonly members: readonly C[];
  /** Those whose trial or probe is due, and may go to them. */
  readonly due: readonly C[];
  /** Those that accept connections as far as is known: the choice in a panic. */
  readonly listening: readonly C[];
  /** In rotation: neither out nor refusing; of the own zone, or of all when zones are ignored. */
  readonly local: readonly C[];
  /** Likewise, of each other zone that has one. */
  readonly others: readonly (readonly C[])[];
  /** How many the others are together. */
  readonly othersCount: number;
  /** True while so few are well that ejection and zones are ignored. */
  readonly panic: boolean;
  /** Share of the traffic that stays in the own zone, 0 to 1; 1 when zones are ignored. */
  readonly localShare: number;
  /** What an instance in rotation usually costs, in ms; undefined when none was measured. */
  readonly peerCostMs: () => number | undefined;
  readonly untilMs: number;
}

/** In rotation: it gets requests like any other. */
export function isReady({ ejection, failFast }: Candidate, nowMs: number): boolean {
  return ejection.status(nowMs) === "in" && !failFast.isRefusing(nowMs) && failFast.retryAtMs() === undefined;
}

/** Looks at each once. */
export function survey<C extends Candidate>(surveyed: Surveyed<C>, nowMs: number): Survey<C> {
  const { local, others } = surveyed;
  const members = others.length === 0 ? local : [...local, ...others];
  const here = lookAt(local, nowMs);
  const there = lookAt(others, nowMs);
  const shares = sharesOf(surveyed, here, there);
  // a share of 1 also means that nobody anywhere can carry anything: then whoever may be tried is
  const isSpilling = shares.localShare < 1 || here.ready.length === 0;
  const due = shares.panic || isSpilling ? [...here.due, ...there.due] : here.due;
  return {
    members,
    due,
    listening: others.length === 0 ? here.listening : [...here.listening, ...there.listening],
    local: here.ready,
    others: byZone(there.ready),
    othersCount: there.ready.length,
    ...shares,
    peerCostMs: once(() => medianCostMs([...here.ready, ...there.ready], nowMs)),
    untilMs: Math.min(nowMs + SURVEY_MS, here.nextMs, there.nextMs),
  };
}

interface Look<C> {
  readonly due: readonly C[];
  readonly listening: readonly C[];
  readonly ready: readonly C[];
  /** That fail seldom and may listen: the measure of panic. */
  readonly well: number;
  /** Those of them that are in rotation: what a zone can carry. One whose trial is due counts when it has listened. */
  readonly fit: number;
  /** When the next of them may become due. */
  readonly nextMs: number;
}

function lookAt<C extends Candidate>(candidates: readonly C[], nowMs: number): Look<C> {
  const due: C[] = [];
  const listening: C[] = [];
  const ready: C[] = [];
  let well = 0;
  let fit = 0;
  let nextMs = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const { ejection, failFast } = candidate;
    const trialAtMs = failFast.retryAtMs();
    if (failFast.isRefusing(nowMs)) {
      nextMs = Math.min(nextMs, trialAtMs ?? nextMs);
      continue;
    }
    listening.push(candidate);
    const isWell = ejection.isWell(nowMs);
    if (isWell) well += 1;
    const status = ejection.status(nowMs);
    if (trialAtMs !== undefined || status === "due") due.push(candidate);
    else if (status === "in") {
      ready.push(candidate);
      if (isWell) fit += 1;
    } else nextMs = Math.min(nextMs, ejection.probeAtMs() ?? nextMs);
  }
  return { due, listening, ready, well, fit, nextMs };
}

function sharesOf<C extends Candidate>(surveyed: Surveyed<C>, here: Look<C>, there: Look<C>) {
  const { local, others, localPresence, othersPresence, overprovision } = surveyed;
  const few = here.well + there.well < (local.length + others.length) * PANIC_RATIO;
  if (others.length === 0) return { panic: few, localShare: 1 };
  const health = {
    local: local.length === 0 ? 0 : (localPresence * here.fit) / local.length,
    others: (othersPresence * there.fit) / others.length,
    overprovision,
  };
  const share = zoneLocalShare(health);
  return {
    // no panic while the zones that are well can carry it all: a zone that is lost is no reason to go back to it
    panic: few && !zonesSuffice(health),
    localShare: here.ready.length > 0 ? Math.max(share, LOCAL_SHARE_MIN) : share,
  };
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function byZone<C extends Candidate>(candidates: readonly C[]): readonly (readonly C[])[] {
  if (candidates.length === 0) return [];
  const zones = new Map<string, C[]>();
  for (const candidate of candidates) {
    const zone = zones.get(candidate.zone);
    if (zone) zone.push(candidate);
    else zones.set(candidate.zone, [candidate]);
  }
  return [...zones.values()];
}
