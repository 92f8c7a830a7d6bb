import type { Cancel, Clock } from "./clock.ts";

/** Told when its time is over. */
export interface TimeLimited {
  readonly onTimeOver: () => void;
}

/** The limit of one of them, in its place in the line. */
export interface TimeLimit {
  readonly dueMs: number;
  readonly limited: TimeLimited;
  earlier: TimeLimit | undefined;
  later: TimeLimit | undefined;
  /** It stands in no line, but has a timer of its own. */
  cancelTimer: Cancel | undefined;
  isOver: boolean;
}

/** Steps from the end of the line to the place of one that is due before others; beyond, it gets a timer of its own. */
const STEPS_MAX = 16;

/**
 * Time limits with one timer for all that run at once: those of calls are alike, so that who comes later is due later,
 * and nearly all are cancelled. A timer for each was a tenth of the client's work; `npm run bench -- resilience` guards it.
 * Exact as the clock's own timers are; there is no timer while nothing is limited.
 */
export class TimeLimits {
  readonly #clock: Pick<Clock, "now" | "after">;
  #first: TimeLimit | undefined;
  #last: TimeLimit | undefined;
  #cancelTimer: Cancel | undefined;
  /** When the timer was asked to come: it may come a little before the clock says so. */
  #armedMs = 0;

  constructor(clock: Pick<Clock, "now" | "after">) {
    this.#clock = clock;
  }

  /** @param dueMs On `clock.now()`'s scale. @param nowMs What it says now, or said just before. */
  begin(limited: TimeLimited, dueMs: number, nowMs: number): TimeLimit {
    let earlier = this.#last;
    for (let steps = 0; earlier !== undefined && earlier.dueMs > dueMs; steps += 1) {
      if (steps === STEPS_MAX) return this.#alone(limited, dueMs, nowMs);
      earlier = earlier.earlier;
    }
    const later = earlier === undefined ? this.#first : earlier.later;
    const limit: TimeLimit = { dueMs, limited, earlier, later, cancelTimer: undefined, isOver: false };
    if (later === undefined) this.#last = limit;
    else later.earlier = limit;
    if (earlier !== undefined) earlier.later = limit;
    else {
      this.#first = limit;
      if (this.#cancelTimer === undefined || dueMs < this.#armedMs) this.#arm(dueMs, nowMs);
    }
    return limit;
  }

  /** It is limited no more; later ones change nothing. */
  end(limit: TimeLimit): void {
    if (limit.isOver) return;
    limit.isOver = true;
    if (limit.cancelTimer !== undefined) limit.cancelTimer();
    else this.#leave(limit);
    if (this.#first === undefined) this.#disarm();
  }

  #alone(limited: TimeLimited, dueMs: number, nowMs: number): TimeLimit {
    const limit: TimeLimit = {
      dueMs,
      limited,
      earlier: undefined,
      later: undefined,
      cancelTimer: undefined,
      isOver: false,
    };
    limit.cancelTimer = this.#clock.after(dueMs - nowMs, () => {
      limit.isOver = true;
      limited.onTimeOver();
    });
    return limit;
  }

  /**
   * Who leaves lets its neighbours go. A limit that the collector has moved among the old ones would else keep all later
   * ones alive, dead as it is, until it is looked at itself: each young collection then copies tens of MB (nepotism).
   */
  #leave(limit: TimeLimit): void {
    const { earlier, later } = limit;
    if (earlier === undefined) this.#first = later;
    else earlier.later = later;
    if (later === undefined) this.#last = earlier;
    else later.earlier = earlier;
    limit.earlier = undefined;
    limit.later = undefined;
  }

  #arm(dueMs: number, nowMs: number): void {
    this.#cancelTimer?.();
    this.#armedMs = dueMs;
    this.#cancelTimer = this.#clock.after(dueMs - nowMs, () => this.#look());
  }

  #disarm(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  #look(): void {
    this.#cancelTimer = undefined;
    const untilMs = Math.max(this.#clock.now(), this.#armedMs);
    // one at a time: what is told may end others, or begin new ones
    try {
      for (let due = this.#first; due !== undefined && due.dueMs <= untilMs; due = this.#first) {
        due.isOver = true;
        this.#leave(due);
        due.limited.onTimeOver();
      }
    } finally {
      if (this.#first !== undefined && this.#cancelTimer === undefined) this.#arm(this.#first.dueMs, this.#clock.now());
    }
  }
}
