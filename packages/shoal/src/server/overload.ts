import type { Clock, Random } from "../core/clock.ts";
import type { Criticality } from "../core/criticality.ts";
import { createLoopDelay } from "../core/loop-delay.ts";
import type { AdmissionState, ShedReason } from "../telemetry/resilience.ts";
import { nextLimit } from "./aimd-limit.ts";
import type { Limiter } from "./limiter.ts";
import { createOfferedLoad } from "./offered-load.ts";
import type { ServeOptions } from "./options.ts";
import { NO_SHEDDING, nextShedding } from "./shed-ratio.ts";

/** Between two changes of the limit, in ms: what was let in before has to show first. */
const LIMIT_WINDOW_MS = 100;
/** Steps from the lowest limit to the highest: six seconds and a half. */
const LIMIT_STEPS = 64;
/** Memory of how fast places are given, in ms. */
const GIVEN_MEMORY_MS = 1_000;
/** So many times the delay that is tolerated, and the event loop is a queue that is full: also what is critical is refused. */
const FULL_DELAYS = 10;
/** So many times of it at once are too many in progress, though the loop is on time between such lumps. */
const LUMP_DELAYS = 5;
/** Under stress nobody waits for longer than so many times of it: Facebook's 100 ms ("Fail at Scale", 2015). */
const WAIT_DELAYS = 5;

export type OverloadOptions = Pick<
  ServeOptions,
  "concurrencyMax" | "concurrencyMin" | "adaptive" | "waitersMax" | "queueDelayMsMax"
>;

export interface OverloadParts {
  readonly limiter: Limiter;
  readonly clock: Pick<Clock, "now" | "after" | "starvedMs">;
  readonly random: Random;
  readonly options: OverloadOptions;
}

/** Watches how long requests queue, in the event loop and for a place, and decides what not to begin. */
export interface Overload {
  /** To be asked once of each request: why it is refused, or undefined. */
  readonly refuses: (criticality: Criticality) => ShedReason | undefined;
  /** True while nothing is refused and a place is free: to be asked before `letIn`. */
  readonly isCalm: () => boolean;
  /** One is let in without being asked for. */
  readonly letIn: (criticality: Criticality) => void;
  /** `final` while most is refused: the callers of a fleet that is overloaded must not ask the next instance too. */
  readonly nackKind: () => "retryable" | "final";
  readonly state: () => AdmissionState;
}

/**
 * In Node the run queue is the event loop: a request waits in it before it is read, and again after each wait of its
 * handler. So queueing time is the loop's delay and the wait for a place; DAGOR (SoCC 2018) takes 20 ms of it for
 * overload, whatever a request's work takes. Time that handlers spend waiting for others is none of it: how long they
 * take says nothing here, and a slow dependency throttles nobody.
 */
export function createOverload({ limiter, clock, random, options }: OverloadParts): Overload {
  const { concurrencyMax, concurrencyMin, adaptive, queueDelayMsMax } = options;
  const limitMin = Math.min(concurrencyMin, concurrencyMax);
  const increment = Math.ceil((concurrencyMax - limitMin) / LIMIT_STEPS);
  const bounds = { limitMin, limitMax: concurrencyMax, increment };
  const load = createOfferedLoad();
  let shedding = NO_SHEDDING;
  let delayMs = 0;
  let stressed = false;
  let sampledMs = clock.now();
  let limitedMs = sampledMs;
  let inFlightMax = 0;
  let takenSinceLook = 0;
  let givenBefore = 0;
  let givenOfLate = 0;

  /** Little's law, and not the time that was waited: under stress the newest wait for nothing and the oldest for ever. */
  const waitMs = () => {
    const waiting = limiter.waiting();
    return waiting === 0 ? 0 : Math.min(limiter.oldestWaitMs(), (waiting * GIVEN_MEMORY_MS) / givenOfLate);
  };
  const loop = createLoopDelay(clock, (nowMs) => {
    const elapsedMs = nowMs - sampledMs;
    sampledMs = nowMs;
    load.age(elapsedMs);
    givenOfLate = givenOfLate * Math.exp(-elapsedMs / GIVEN_MEMORY_MS) + limiter.given() - givenBefore;
    givenBefore = limiter.given();
    takenSinceLook = 0;
    // Once something is refused the last look counts: what stands comes a tenth of a second late, and would let it swing.
    delayMs = (shedding.ratio > 0 ? loop.lastMs() : loop.standingMs()) + waitMs();
    const delay = delayMs / queueDelayMsMax;
    shedding = nextShedding(shedding, delay, elapsedMs);
    // Back at half of it, so that the order does not change with every request.
    stressed = stressed ? delay > 0.5 : delay > 1;
    limiter.setNewestFirst(stressed);
    if (stressed) limiter.evictOlderThan(WAIT_DELAYS * queueDelayMsMax);
    if (adaptive && nowMs - limitedMs >= LIMIT_WINDOW_MS) adapt(nowMs);
    return limiter.waiting() > 0 || delayMs > 0 || shedding.ratio > 0;
  });
  const adapt = (nowMs: number): void => {
    const limit = limiter.limit();
    const congested = loop.standingMs() > queueDelayMsMax || isLump();
    // What was learned in a crowd is forgotten without one: a limit that is not in use also goes up.
    const windows = Math.floor((nowMs - limitedMs) / LIMIT_WINDOW_MS);
    const sample = { inFlightMax: congested ? inFlightMax : Math.max(inFlightMax, limit), congested, windows };
    const next = nextLimit(limit, sample, bounds);
    limitedMs = nowMs;
    inFlightMax = limiter.active();
    if (next !== limit) limiter.setLimit(next);
  };
  /**
   * Requests that waited for the same, for a timer or for the others' turn to end, compute in one go: the loop stands still
   * for as long as they are many, and is on time again right after it. Only a crowd is to blame, see below.
   */
  const isLump = () => loop.lastMs() > LUMP_DELAYS * queueDelayMsMax && inFlightMax > limitMin;
  /** Fewer cannot be what the loop is late with; if they are, because each computes for long, they are not too many. */
  const isCrowd = () => Math.max(takenSinceLook, limiter.active() + limiter.waiting()) >= limitMin;
  const refuseRatio = (criticality: Criticality) => {
    const isLoopFull = loop.standingMs() > FULL_DELAYS * queueDelayMsMax;
    return load.refuseRatio(criticality, shedding.ratio, isLoopFull);
  };
  const isFree = () => limiter.active() < limiter.limit() && limiter.waiting() === 0;
  const offered = (criticality: Criticality) => {
    loop.wake();
    load.offered(criticality);
    inFlightMax = Math.max(inFlightMax, limiter.active() + 1);
  };
  const reasonFor = (criticality: Criticality): ShedReason | undefined => {
    if (shedding.ratio > 0 && isCrowd() && random() < refuseRatio(criticality)) {
      return criticality === "critical" ? "queue_full" : "overload";
    }
    return isFree() || limiter.canWait(criticality) ? undefined : "queue_full";
  };

  return {
    refuses(criticality) {
      offered(criticality);
      const reason = reasonFor(criticality);
      if (reason === undefined) takenSinceLook += 1;
      else load.refused();
      return reason;
    },
    isCalm: () => shedding.ratio === 0 && isFree(),
    letIn(criticality) {
      offered(criticality);
      takenSinceLook += 1;
    },
    nackKind: () => (load.refusedRatio() < 0.5 ? "retryable" : "final"),
    state: () => ({ ...placesOf(limiter, options), queueDelayMs: delayMs, stressed: stressed || shedding.ratio > 0 }),
  };
}

function placesOf(limiter: Limiter, { concurrencyMax, waitersMax }: OverloadOptions) {
  return {
    limit: limiter.limit(),
    limitMax: concurrencyMax,
    inFlight: limiter.active(),
    waiting: limiter.waiting(),
    waitersMax,
  };
}
