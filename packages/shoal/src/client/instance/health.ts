import type { Ports } from "../../core/service.ts";
import type { Load } from "../balance/load.ts";
import type { CallFilter } from "../call.ts";
import { type Verdict, verdictOf } from "../classify.ts";
import type { Ejection, EjectionChange, Sample } from "./ejection.ts";
import type { FailFast } from "./fail-fast.ts";

/** A failure counts as at least this slow, in ms: else an instance that fails fast would look like the best (Linkerd). */
const FAILURE_COST_MS = 5_000;

export interface HealthParts {
  readonly load: Load;
  readonly ejection: Ejection;
  readonly failFast: FailFast;
  /** False while too many of the service's instances are out already. */
  readonly mayEject: () => boolean;
  /** It has gone out, or come back. */
  readonly onChange: (change: EjectionChange) => void;
}

const SAMPLE: Readonly<Record<Verdict, Sample>> = {
  good: "good",
  bad: "bad",
  refused: "bad",
  throttled: "soft",
  nacked: "busy",
  nothing: "nothing",
};

/** Watches every attempt at an instance and keeps what balancing goes by: its load, whether it is out, whether it listens. */
export function health({ load, ejection, failFast, mayEject, onChange }: HealthParts, { clock }: Ports): CallFilter {
  return async (call, context, next) => {
    const startMs = clock.now();
    const turn = ejection.begin(startMs);
    failFast.begin(startMs);
    load.begin();
    let verdict: Verdict = "nothing";
    let waitMs = 0;
    try {
      const outcome = await next(call, context);
      verdict = verdictOf(outcome);
      if (!outcome.ok) waitMs = outcome.retryAfterMs ?? 0;
      return outcome;
    } finally {
      const nowMs = clock.now();
      const rttMs = nowMs - startMs;
      load.end(verdict === "nothing" ? undefined : { costMs: costMs(verdict, rttMs, waitMs), rttMs }, nowMs);
      if (verdict === "refused") failFast.refused(nowMs);
      else if (verdict !== "nothing") failFast.connected();
      const change = ejection.record(SAMPLE[verdict], turn, nowMs, mayEject);
      // What it cost while it was ill says nothing about it now.
      if (change === "readmitted" || change === "recovered") load.reset();
      if (change) onChange(change);
    }
  };
}

function costMs(verdict: Verdict, rttMs: number, waitMs: number): number {
  return verdict === "good" ? rttMs : Math.max(rttMs, FAILURE_COST_MS, waitMs);
}
