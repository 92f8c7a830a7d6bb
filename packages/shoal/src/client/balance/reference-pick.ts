import type { Random } from "../../core/clock.ts";
import { medianCostMs } from "./median.ts";
import { type Candidate, isReady } from "./survey.ts";

/*
 * What `pick` must choose without zones, in the plainest way: every pick looks at every instance and takes what is fit.
 * Only tests use it.
 */

interface Request {
  readonly idempotent: boolean;
  readonly nowMs: number;
  readonly random: Random;
}

/** @param candidates Those of `all` the call may go to. */
export function referencePick(
  all: readonly Candidate[],
  candidates: readonly Candidate[],
  request: Request,
): Candidate | undefined {
  const { nowMs, random } = request;
  const listening = candidates.filter(({ failFast }) => !failFast.isRefusing(nowMs));
  const due = listening.find((one) => one.failFast.retryAtMs() !== undefined || isProbeDue(one, request));
  const isFirst = candidates.length === all.length;
  if (due && isFirst) return due;
  const well = all.filter(({ ejection, failFast }) => ejection.isWell(nowMs) && !failFast.isRefusing(nowMs));
  const isPanic = well.length < all.length / 2;
  const choices = isPanic ? listening : listening.filter((one) => isReady(one, nowMs));
  if (choices.length <= 1) return choices[0] ?? due;
  const first = Math.floor(random() * choices.length);
  const second = (first + 1 + Math.floor(random() * (choices.length - 1))) % choices.length;
  const [left, right] = [choices[first], choices[second]] as [Candidate, Candidate];
  return cost(left, all, nowMs) <= cost(right, all, nowMs) ? left : right;
}

function isProbeDue({ ejection }: Candidate, { idempotent, nowMs }: Request): boolean {
  const dueSinceMs = ejection.dueSinceMs(nowMs);
  return dueSinceMs !== undefined && (idempotent || nowMs - dueSinceMs >= 1_000);
}

function cost({ load }: Candidate, all: readonly Candidate[], nowMs: number): number {
  const measuredMs = load.costMs(nowMs);
  if (measuredMs !== undefined) return measuredMs * (load.pending() + 1);
  return load.pending() > 0
    ? Number.POSITIVE_INFINITY
    : (medianCostMs(
        all.filter((one) => isReady(one, nowMs)),
        nowMs,
      ) ?? 50);
}
