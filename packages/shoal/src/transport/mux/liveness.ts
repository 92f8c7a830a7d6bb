import type { Cancel, Clock } from "../../core/clock.ts";
import type { MuxOptions } from "./options.ts";

export interface LivenessParts {
  readonly clock: Pick<Clock, "now" | "after">;
  readonly options: Pick<MuxOptions, "pingMs" | "pongMs" | "idleMs">;
  /** Whether calls are under way. */
  readonly isBusy: () => boolean;
  /** Nothing is read at the moment, so that silence says nothing. */
  readonly isPaused: () => boolean;
  /** Asks the other side to answer at once. */
  readonly ping: () => void;
  /** Nobody has used the connection for `idleMs`. May end it. */
  readonly onIdle: () => void;
  /** The other side has not answered within `pongMs`. Ends it. */
  readonly onDead: () => void;
}

/**
 * Whether the other side of a connection lives, and whether anybody needs it: one timer a connection. It counts its own
 * ticks, and not only time: after this process stood still, what the other side sent meanwhile is read before it is judged.
 */
export class Liveness {
  readonly #parts: LivenessParts;
  #wasHeard = true;
  /** Calls were given up since anything was heard. */
  #isSuspect = false;
  #pingedMs: number | undefined;
  #ticksUnanswered = 0;
  #busyMs: number;
  #isOver = false;
  #cancelTick: Cancel;

  constructor(parts: LivenessParts) {
    const { clock, options } = parts;
    this.#parts = parts;
    this.#busyMs = clock.now();
    this.#cancelTick = clock.after(options.pingMs, () => this.#tick());
  }

  /** The other side said something. */
  heard(): void {
    this.#wasHeard = true;
    this.#isSuspect = false;
  }

  /** A call was given up: perhaps because nobody is there. */
  suspect(): void {
    this.#isSuspect = true;
  }

  stop(): void {
    this.#isOver = true;
    this.#cancelTick();
  }

  #tick(): void {
    const { clock, options, isBusy, isPaused, onIdle } = this.#parts;
    const nowMs = clock.now();
    const isUsed = isBusy() || this.#wasHeard;
    if (this.#wasHeard) {
      this.#pingedMs = undefined;
      this.#ticksUnanswered = 0;
    }
    if (isUsed) this.#busyMs = nowMs;
    else if (nowMs - this.#busyMs >= options.idleMs) onIdle();
    // also between calls: where they come seldom and all are given up, none is under way when it is looked
    const isDoubtful = isBusy() || this.#isSuspect || this.#pingedMs !== undefined;
    if (isDoubtful && !this.#wasHeard && !isPaused() && !this.#isOver) this.#doubt(nowMs);
    this.#wasHeard = false;
    if (!this.#isOver) this.#cancelTick = clock.after(options.pingMs, () => this.#tick());
  }

  #doubt(nowMs: number): void {
    const { options, ping, onDead } = this.#parts;
    if (this.#pingedMs === undefined) {
      this.#pingedMs = nowMs;
      ping();
      return;
    }
    this.#ticksUnanswered += 1;
    if (this.#ticksUnanswered >= 2 && nowMs - this.#pingedMs >= options.pongMs) onDead();
  }
}
