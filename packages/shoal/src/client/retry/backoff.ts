import type { Random } from "../../core/clock.ts";
import type { CallSettings } from "../policy.ts";

/** After this many doublings the bound is beyond any cap; it keeps 2^n finite. */
const DOUBLINGS_MAX = 31;

/**
 * The pause before a retry, with full jitter, so that callers that failed together do not return together.
 *
 * @param retry 0 for the first retry.
 * @returns ms in [0, min(backoffMsMax, backoffMsFirst x 2^retry)).
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ ("Full Jitter")
 */
export function backoffDelayMs(
  retry: number,
  settings: Pick<CallSettings, "backoffMsFirst" | "backoffMsMax">,
  random: Random,
): number {
  const boundMs = Math.min(settings.backoffMsMax, settings.backoffMsFirst * 2 ** Math.min(retry, DOUBLINGS_MAX));
  return random() * boundMs;
}
