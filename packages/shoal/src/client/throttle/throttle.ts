import { shoalError } from "../../core/errors.ts";
import type { HttpReply } from "../../core/message.ts";
import { failure, type Outcome } from "../../core/outcome.ts";
import type { Ports } from "../../core/service.ts";
import type { EdgeEvent } from "../../telemetry/resilience.ts";
import { type Call, type CallFilter, nameOf } from "../call.ts";
import { verdictOf } from "../classify.ts";
import type { Admission } from "./admission.ts";

export interface ThrottleParts {
  readonly admission: Admission;
  readonly note: (event: EdgeEvent) => void;
}

/**
 * Holds calls back before they are sent while the service refuses most of them: nacks, 429 and refused connections are
 * what counts, for only they say "not now"; a failure may be the request's own. What is held back is final: nobody
 * above may try it again at once.
 */
export function throttle({ admission, note }: ThrottleParts, { clock, random }: Ports): CallFilter {
  return (call, context, next) => {
    const startMs = call.atMs;
    const { criticality } = context;
    const share = admission.offer(criticality, startMs);
    // chance is drawn only when something is at stake: a healthy world stays what it was
    if (share > 0 && random() < share) {
      note("throttled");
      return Promise.resolve(failure("final", heldBack(call, admission.nackedShare(criticality, startMs))));
    }
    const attempts = call.attempts;
    const mark = admission.send(criticality, startMs);
    return next(call, context).then((outcome) => {
      if (isRefusal(outcome)) admission.nacked(criticality, mark, clock.now());
      else if (call.attempts === attempts || isUnsent(outcome)) admission.takeBack(criticality, mark, clock.now());
      return outcome;
    });
  };
}

function isRefusal(outcome: Outcome<HttpReply>): boolean {
  if (outcome.ok) return false;
  const verdict = verdictOf(outcome);
  return verdict === "nacked" || verdict === "throttled" || verdict === "refused";
}

/** Stopped by a bound of this process, such as that on connections. */
function isUnsent(outcome: Outcome<HttpReply>): boolean {
  return !outcome.ok && outcome.kind === "unsent";
}

function heldBack(call: Call, nackedShare: number) {
  return shoalError("THROTTLED", {
    message: `${nameOf(call)}: held back, for ${Math.round(nackedShare * 100)} % of the requests to ${call.service} were refused of late`,
  });
}
