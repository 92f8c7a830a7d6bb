import type { Cancel, Clock } from "../../core/clock.ts";

export interface Reporter {
  /** Something has changed: a report follows soon. */
  readonly touch: () => void;
  /** Report at once: the control plane is back. */
  readonly now: () => void;
  readonly close: () => void;
}

/** Changes come in bursts, such as 40 starts; this long after the first, in ms, they are told as one. */
const SETTLE_MS = 50;
/** A report without a change, in ms: it proves that the supervisor lives, and repairs what was lost. */
const EVERY_MS = 5_000;

/** Sends the whole state after changes and regularly; one report at a time. */
export function createReporter(clock: Clock, send: () => Promise<boolean>): Reporter {
  let closed = false;
  let sending = false;
  let again = false;
  let cancel: Cancel = () => {};
  let soon = false;

  const plan = (ms: number) => {
    cancel();
    if (!closed) cancel = clock.after(ms, () => void report());
  };
  const report = async () => {
    soon = false;
    if (sending) {
      again = true;
      return;
    }
    sending = true;
    again = false;
    await send();
    sending = false;
    // What changed meanwhile is not in what was sent.
    if (again || soon) plan(SETTLE_MS);
    else plan(EVERY_MS);
  };

  plan(EVERY_MS);
  return {
    touch() {
      if (soon || closed) return;
      soon = true;
      plan(SETTLE_MS);
    },
    now: () => plan(0),
    close() {
      closed = true;
      cancel();
    },
  };
}
