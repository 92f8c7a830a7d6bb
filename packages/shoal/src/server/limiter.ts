import type { Clock } from "../core/clock.ts";
import { CRITICALITIES, type Criticality } from "../core/criticality.ts";
import { createBacklogTurns } from "./backlog-turns.ts";
import { createLoopTurns } from "./loop-turns.ts";
import { createWaitingLine, type Place, type WaitingLine } from "./waiting-line.ts";

/** Gives the place back; only the first call counts. */
export type Release = () => void;

export interface LimiterOptions {
  /** Places at first, >= 1. */
  readonly limit: number;
  /** Waiting for a place at once, >= 0. */
  readonly waitersMax: number;
  readonly clock: Pick<Clock, "now" | "soon" | "settled">;
}

/** What waits for a place. */
interface Waiting {
  readonly criticality: Criticality;
  /** From when on it gets no place any more, on `now`'s scale. */
  readonly deadlineMs: number;
  /** Aborted when it waits no longer. */
  readonly signal: AbortSignal;
}

/** How a wait ended: with a place; because the waiter had gone or its deadline had come; or for one that matters more. */
export type Turn = Release | "gone" | "evicted";

/**
 * A number of places, which may change, and a bounded queue for them. A place is also waited for while the event loop has
 * begun enough in this turn, and while connections wait to be taken: see `LoopTurns` and `BacklogTurns`.
 */
export interface Limiter {
  /** A place if one is free and nobody waits for it. @param nowMs For who knows the time. */
  readonly tryAcquire: (nowMs?: number) => Release | undefined;
  /** True when one more of that criticality may wait: there is room, or somebody who matters less. */
  readonly canWait: (criticality: Criticality) => boolean;
  /** A place when it is this waiter's turn; sends away one who matters less when all places to wait are taken. */
  readonly acquire: (waiting: Waiting) => Promise<Turn>;
  /** The server has taken a connection, and there may be more. */
  readonly connected: () => void;
  /** From now on. Places that are taken stay so. */
  readonly setLimit: (limit: number) => void;
  /**
   * Whose turn it is: the one who has waited longest, or, under stress, the last of the most critical to come, because
   * in a long queue the first are those whose callers have given up (Facebook, "Fail at Scale", 2015: adaptive LIFO).
   */
  readonly setNewestFirst: (newestFirst: boolean) => void;
  /**
   * Sends away who has waited for longer than `ms`: the newest go first, so whoever has waited so long would wait until
   * the stress is over, and be answered when its caller has given up.
   */
  readonly evictOlderThan: (ms: number) => void;
  readonly limit: () => number;
  readonly active: () => number;
  readonly waiting: () => number;
  /** How long the first in the queue has waited, in ms; 0 when nobody does. */
  readonly oldestWaitMs: () => number;
  /** Places ever given. */
  readonly given: () => number;
  /** Resolves when no place is taken; at once when none is. */
  readonly idle: () => Promise<void>;
}

interface Waiter {
  readonly waiting: Waiting;
  readonly sinceMs: number;
  readonly end: (turn: Turn) => void;
}

export function createLimiter({ limit: limitAtFirst, waitersMax, clock }: LimiterOptions): Limiter {
  const line = createWaitingLine<Waiter>();
  const idlers: (() => void)[] = [];
  let limit = limitAtFirst;
  let newestFirst = false;
  let active = 0;
  let given = 0;

  const take = (): Release => {
    active += 1;
    given += 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      active -= 1;
      fill();
      if (active === 0) for (const resolve of idlers.splice(0)) resolve();
    };
  };
  const turns = createLoopTurns(clock, () => fill());
  const backlog = createBacklogTurns(clock, () => fill());
  const mayBegin = (nowMs?: number) => !backlog.isTaking() && turns.mayBegin(nowMs);
  const next = () => (newestFirst ? line.newestOfMostCritical() : line.oldest());
  /** Hands out what is free; whoever's deadline has come leaves meanwhile, for its timer may be as late as the rest. */
  const fill = (): void => {
    for (let first = next(); first && active < limit; first = next()) {
      const isLate = clock.now() >= first.item.waiting.deadlineMs;
      if (!isLate && !mayBegin()) return;
      line.remove(first);
      first.item.end(isLate ? "gone" : take());
      if (!isLate && turns.began(line.size() > 0)) return;
    }
  };
  /** Those for whom a place is free wait for a turn of the loop, or for connections to be taken: a burst is no overload. */
  const isRoom = () => line.size() < waitersMax + Math.max(0, limit - active);
  /** Makes room for one more; false when there is none to be had. */
  const makeRoom = (criticality: Criticality): boolean => {
    if (isRoom()) return true;
    const least = lessCritical(line, criticality);
    if (!least) return false;
    line.remove(least);
    least.item.end("evicted");
    return true;
  };

  return {
    tryAcquire(nowMs) {
      turns.arrived();
      if (active >= limit || line.size() > 0 || !mayBegin(nowMs)) return undefined;
      turns.began(false, nowMs);
      return take();
    },
    canWait: (criticality) => isRoom() || lessCritical(line, criticality) !== undefined,
    acquire: (waiting) =>
      new Promise((resolve) => {
        const { criticality, deadlineMs, signal } = waiting;
        if (signal.aborted || clock.now() >= deadlineMs) return resolve("gone");
        if (!makeRoom(criticality)) return resolve("evicted");
        const onAbort = () => {
          line.remove(place);
          resolve("gone");
        };
        const end = (turn: Turn) => {
          signal.removeEventListener("abort", onAbort);
          resolve(turn);
        };
        const place = line.add(criticality, { waiting, sinceMs: clock.now(), end });
        signal.addEventListener("abort", onAbort, { once: true });
        fill();
      }),
    connected: backlog.connected,
    setLimit(next) {
      limit = next;
      fill();
    },
    setNewestFirst(next) {
      newestFirst = next;
    },
    evictOlderThan: (ms) => evictUntil(line, clock.now() - ms),
    limit: () => limit,
    active: () => active,
    waiting: line.size,
    oldestWaitMs: () => waitOf(line.oldest(), clock.now()),
    given: () => given,
    idle: () => (active === 0 ? Promise.resolve() : new Promise((resolve) => void idlers.push(resolve))),
  };
}

function waitOf(place: Place<Waiter> | undefined, nowMs: number): number {
  return place ? nowMs - place.item.sinceMs : 0;
}

/** Sends away all who came before a moment. */
function evictUntil(line: WaitingLine<Waiter>, momentMs: number): void {
  for (let oldest = line.oldest(); oldest && oldest.item.sinceMs < momentMs; oldest = line.oldest()) {
    line.remove(oldest);
    oldest.item.end("evicted");
  }
}

/** The first to come of those who matter least, if they matter less than `than`. */
function lessCritical(line: WaitingLine<Waiter>, than: Criticality): Place<Waiter> | undefined {
  const least = line.oldestOfLeastCritical();
  return least && rankOf(least.criticality) > rankOf(than) ? least : undefined;
}

/** 0 for the most critical. */
function rankOf(criticality: Criticality): number {
  return CRITICALITIES.indexOf(criticality);
}
