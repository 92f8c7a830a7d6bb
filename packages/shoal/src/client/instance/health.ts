import type { Ports } from "../../core/service.ts";
import type { EjectionReason } from "../../telemetry/resilience.ts";
import type { Load } from "../balance/load.ts";
import type { CallFilter } from "../call.ts";
import { type Verdict, verdictOf } from "../classify.ts";
import type { Ejection, Sample, Turn } from "./ejection.ts";
import type { FailFast } from "./fail-fast.ts";
import type { OwnStalls } from "./own-stalls.ts";
import { ejectionReason } from "./standing.ts";

/** A failure counts as at least this slow, in ms: else an instance that fails fast would look like the best (Linkerd). */
const FAILURE_COST_MS = 5_000;

export interface HealthParts {
  readonly load: Load;
  readonly ejection: Ejection;
  readonly failFast: FailFast;
  /** Of this process: its own slowness is not the instance's. */
  readonly stalls: OwnStalls;
  /** False while too many of the service's instances are out already. */
  readonly mayEject: () => boolean;
  /** It may stand otherwise than before: balancing has to look again. */
  readonly onMoved: () => void;
  /** It has gone out, or come back; or is out for another reason. Undefined: it is not out. */
  readonly onChange: (reason: EjectionReason | undefined, before: EjectionReason | undefined) => void;
}

const SAMPLE: Readonly<Record<Verdict, Sample>> = {
  good: "good",
  bad: "bad",
  refused: "bad",
  throttled: "soft",
  nacked: "busy",
  nothing: "nothing",
};

/** An attempt, as it ended. */
interface Ended {
  readonly turn: Turn;
  /** How long it took, without the time for which this process stood still. */
  readonly rttMs: number;
  readonly nowMs: number;
  readonly verdict: Verdict;
  /** How long the instance asked to be left alone, in ms. */
  readonly waitMs: number;
  /** Nobody waited for its end. */
  readonly superseded: boolean;
}

/** Learns from the end of an attempt that `load.begin` was told of. */
export function settler(parts: Omit<HealthParts, "stalls">): (ended: Ended) => void {
  const { load, ejection, failFast, mayEject, onMoved, onChange } = parts;
  return ({ turn, rttMs, nowMs, verdict, waitMs, superseded }) => {
    const before = ejectionReason(parts);
    const wasMeasured = load.usualMs() !== undefined;
    // one that was not waited for took at least this long, or a slow instance would never be seen to be slow
    const says = verdict !== "nothing" || superseded;
    load.end(says ? { costMs: costMs(verdict, rttMs, waitMs), rttMs } : undefined, nowMs);
    if (verdict === "refused") failFast.refused(nowMs);
    else if (verdict !== "nothing") failFast.connected();
    const change = ejection.record(SAMPLE[verdict], turn, nowMs, mayEject);
    // What it cost while it was ill says nothing about it now.
    if (change === "readmitted" || change === "recovered") load.reset();
    const reason = ejectionReason(parts);
    if (verdict !== "good" || before !== undefined || change !== undefined || !wasMeasured) onMoved();
    if (reason !== before) onChange(reason, before);
  };
}

/** Watches every attempt at an instance and keeps what balancing goes by: its load, whether it is out, whether it listens. */
export function health(parts: HealthParts, { clock }: Ports): CallFilter {
  const { load, ejection, failFast, stalls, onMoved } = parts;
  const learn = settler(parts);
  const settle = (startMs: number, mark: number, ended: Omit<Ended, "rttMs" | "nowMs">) => {
    const nowMs = clock.now();
    const { turn, verdict, waitMs, superseded } = ended;
    const rttMs = Math.max(0, nowMs - startMs - stalls.end(mark, nowMs));
    learn({ turn, rttMs, nowMs, verdict, waitMs, superseded });
  };

  return (call, context, next) => {
    const startMs = clock.now();
    const turn = ejection.begin(startMs);
    failFast.begin(startMs);
    if (ejectionReason(parts) !== undefined) onMoved(); // its probe or trial has begun
    load.begin(startMs);
    const mark = stalls.begin(startMs);
    return next(call, context).then(
      (outcome) => {
        const waitMs = outcome.ok ? 0 : (outcome.retryAfterMs ?? 0);
        settle(startMs, mark, { turn, verdict: verdictOf(outcome), waitMs, superseded: call.superseded });
        return outcome;
      },
      (cause: unknown) => {
        settle(startMs, mark, { turn, verdict: "nothing", waitMs: 0, superseded: call.superseded });
        throw cause;
      },
    );
  };
}

function costMs(verdict: Verdict, rttMs: number, waitMs: number): number {
  return verdict === "good" || verdict === "nothing" ? rttMs : Math.max(rttMs, FAILURE_COST_MS, waitMs);
}
