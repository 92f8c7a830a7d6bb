import { setTimeout as pause } from "node:timers/promises";
import type { Payment } from "./payment.ts";
import { isFinal } from "./payment-machine.ts";

/** How often a payment that is watched is looked at. */
const LOOK_MS = 50;

/**
 * Each state that a payment has been in, and then those it comes to, until the last of all.
 * @param look Gives the payment as it is now.
 * @param signal Aborted when nobody watches any more.
 */
export async function* stepsOf(look: () => Payment, signal: AbortSignal) {
  for (let told = 0; ; await pause(LOOK_MS, undefined, { signal })) {
    const { history, state } = look();
    for (const step of history.slice(told)) yield { state: step.state, at: new Date(step.atMs).toISOString() };
    told = history.length;
    if (isFinal(state)) return;
  }
}
