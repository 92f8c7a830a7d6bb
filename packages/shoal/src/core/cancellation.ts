/** Told, once, that nobody waits any more. An object and no function: what waits for it can be one itself, at no cost. */
export interface CancelListener {
  readonly onCancel: (reason: unknown) => void;
}

/**
 * What an AbortSignal says, for those on the way of every call: an AbortSignal with one listener costs as much as three
 * filters, and hardly any call is cancelled. `npm run bench -- resilience` guards what it saves.
 */
export interface Cancellation {
  readonly aborted: boolean;
  /** Why; undefined before. */
  readonly reason: unknown;
  /** The same for users, bodies and libraries; made when it is first read. */
  readonly signal: AbortSignal;
  /** Tells the listener when it is cancelled; at once when it is already. To be taken back by `unsubscribe`. */
  readonly subscribe: (listener: CancelListener) => void;
  readonly unsubscribe: (listener: CancelListener) => void;
}

/** A cancellation, and the way to it. */
export class CancelSource implements Cancellation {
  aborted = false;
  reason: unknown = undefined;
  #controller: AbortController | undefined;
  /** Nearly all have one listener at most. */
  #first: CancelListener | undefined;
  #others: Set<CancelListener> | undefined;

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.aborted) this.#controller.abort(this.reason);
    }
    return this.#controller.signal;
  }

  subscribe(listener: CancelListener): void {
    if (this.aborted) listener.onCancel(this.reason);
    else if (this.#first === undefined) this.#first = listener;
    else {
      this.#others ??= new Set();
      this.#others.add(listener);
    }
  }

  unsubscribe(listener: CancelListener): void {
    if (this.#first === listener) this.#first = undefined;
    else this.#others?.delete(listener);
  }

  /** Cancels it; the second time does nothing. Those of this process hear of it first, then who has the signal. */
  cancel(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    const first = this.#first;
    const others = this.#others;
    this.#first = undefined;
    this.#others = undefined;
    first?.onCancel(reason);
    for (const listener of others ?? []) listener.onCancel(reason);
    this.#controller?.abort(reason);
  }
}

/** For what nobody can cancel: holds no listener, however many subscribe. */
export const NEVER_CANCELLED: Cancellation = Object.freeze({
  aborted: false,
  reason: undefined,
  signal: new AbortController().signal,
  subscribe: () => {},
  unsubscribe: () => {},
});

/** The cancellation of an AbortSignal that somebody else made. It listens to the signal while somebody listens to it. */
export function cancellationOfSignal(signal: AbortSignal): Cancellation {
  return signal === NEVER_CANCELLED.signal ? NEVER_CANCELLED : new SignalCancellation(signal);
}

class SignalCancellation implements Cancellation {
  readonly signal: AbortSignal;
  readonly #listeners = new Map<CancelListener, () => void>();

  constructor(signal: AbortSignal) {
    this.signal = signal;
  }

  get aborted(): boolean {
    return this.signal.aborted;
  }

  get reason(): unknown {
    return this.signal.reason;
  }

  subscribe(listener: CancelListener): void {
    if (this.signal.aborted) {
      listener.onCancel(this.signal.reason);
      return;
    }
    const onAbort = () => {
      this.#listeners.delete(listener);
      listener.onCancel(this.signal.reason);
    };
    this.#listeners.set(listener, onAbort);
    this.signal.addEventListener("abort", onAbort, { once: true });
  }

  unsubscribe(listener: CancelListener): void {
    const onAbort = this.#listeners.get(listener);
    if (onAbort === undefined) return;
    this.#listeners.delete(listener);
    this.signal.removeEventListener("abort", onAbort);
  }
}
