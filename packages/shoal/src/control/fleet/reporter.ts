import type { Cancel, Clock } from "../../core/clock.ts";

export interface Reporter {
  /** Something has changed: a report follows soon. */
  readonly touch: () => void;
  /** Reports at once; resolves when the control plane has heard it, or has not. */
  readonly now: () => Promise<void>;
  readonly close: () => void;
}

/** Changes come in bursts, such as 40 starts; this long after the first, in ms, they are told as one. */
const SETTLE_MS = 50;
/** A report without a change, in ms: it proves that the supervisor lives, and repairs what was lost. */
const EVERY_MS = 5_000;

/** Sends the whole state after changes and regularly; one report at a time. */
export function createReporter(clock: Clock, send: () => Promise<boolean>): Reporter {
  let closed = false;
  let sending: Promise<boolean> | undefined;
  let changed = false;
  let cancel: Cancel = () => {};

  const plan = (ms: number) => {
    cancel();
    if (!closed) cancel = clock.after(ms, () => void now());
  };
  const now = async () => {
    // What is on its way may be older than what is asked for.
    while (sending !== undefined) await sending;
    if (closed) return;
    changed = false;
    cancel();
    sending = send();
    await sending;
    sending = undefined;
    plan(changed ? SETTLE_MS : EVERY_MS);
  };

  plan(EVERY_MS);
  return {
    touch() {
      if (changed) return;
      changed = true;
      if (sending === undefined) plan(SETTLE_MS);
    },
    now,
    close() {
      closed = true;
      cancel();
    },
  };
}
