import { CancelSource } from "../../core/cancellation.ts";
import type { Cancel, Clock } from "../../core/clock.ts";
import { type Context, cancellationOf, LazyContext } from "../../core/context.ts";
import { shoalError } from "../../core/errors.ts";
import type { HttpReply } from "../../core/message.ts";
import { type Failure, failure, type Outcome } from "../../core/outcome.ts";
import { type Call, type CallService, laneOf, nameOf } from "../call.ts";
import { discard, whenBodyEnds } from "../reply-body.ts";

/** How long a request that lost may go on, in ms: on HTTP/1.1 to abort it costs the connection. */
export const DRAIN_MS_MAX = 1_000;

/** One of the at most two requests of a race. */
export interface Lane {
  readonly call: Call;
  readonly startMs: number;
  readonly cancellation: CancelSource;
  /** How it failed; undefined while it runs. */
  failed: Failure<HttpReply> | undefined;
  cancelDrain: Cancel;
}

export interface RaceOptions {
  readonly call: Call;
  readonly context: Context;
  readonly next: CallService;
  readonly clock: Clock;
  /** When to send the second request, in ms from now; undefined: never. */
  readonly hedgeAfterMs: number | undefined;
  /** Asked, and charged, when it is time. */
  readonly mayHedge: () => boolean;
  /** What a request to that instance usually takes, in ms. */
  readonly expectedMsOf: (instance: string) => number;
  readonly onHedge: () => void;
  /** A request ended, also one that had lost by then. */
  readonly onEnd: (lane: Lane, outcome: Outcome<HttpReply>) => void;
}

/**
 * Sends a request, and when it is late a second one. The first success wins; while one that failed is alone in having
 * ended, the other is waited for. One that lost is let go on for a moment, unheard: its instance shows how slow it is,
 * and its connection lives. A caller that leaves ends both.
 */
export function race(options: RaceOptions): Promise<Outcome<HttpReply>> {
  const { call, context, next, clock, hedgeAfterMs, mayHedge, onHedge, onEnd } = options;
  const caller = cancellationOf(context);
  return new Promise((resolve) => {
    let lanes: Lane[] = [];
    let finished = false;

    const start = (isHedge: boolean) => {
      const cancellation = new CancelSource();
      const own = laneOf(call, isHedge);
      const lane: Lane = { call: own, startMs: clock.now(), cancellation, failed: undefined, cancelDrain: () => {} };
      own.atMs = lane.startMs;
      lanes.push(lane);
      next(own, new LazyContext(context, cancellation)).then(
        (outcome) => ended(lane, outcome),
        (cause: unknown) => ended(lane, failure("final", brokeDown(call, cause))),
      );
    };
    const ended = (lane: Lane, outcome: Outcome<HttpReply>) => {
      lane.cancelDrain();
      onEnd(lane, outcome);
      if (finished) return discard(outcome);
      if (outcome.ok) return finish(lane, outcome);
      lane.failed = outcome;
      if (lanes.some(({ failed }) => failed === undefined)) return;
      const chosen = spokesman(lanes, lane);
      finish(chosen, chosen.failed ?? outcome);
    };
    const finish = (winner: Lane, outcome: Outcome<HttpReply>) => {
      finished = true;
      cancelHedge();
      for (const loser of lanes) if (loser !== winner) leave(loser, options);
      lanes = [winner];
      if (winner.call.instance !== "") call.instance = winner.call.instance;
      // the link to the call stays while the body arrives
      resolve(whenBodyEnds(outcome, () => caller.unsubscribe(leaving)));
    };
    const leaving = {
      onCancel(reason: unknown) {
        cancelHedge();
        for (const { cancellation } of lanes) cancellation.cancel(reason);
      },
    };
    const cancelHedge =
      hedgeAfterMs === undefined
        ? () => {}
        : clock.after(hedgeAfterMs, () => {
            if (!mayHedge()) return;
            onHedge();
            start(true);
          });
    start(false);
    caller.subscribe(leaving); // below, because one that has left already is told at once
  });
}

/** The other has answered, or speaks for both. */
function leave(loser: Lane, { call, clock, expectedMsOf }: RaceOptions): void {
  if (loser.failed !== undefined) {
    discard(loser.failed);
    return;
  }
  const { instance } = loser.call;
  const elapsedMs = clock.now() - loser.startMs;
  loser.call.superseded = true;
  // the winner's attempt is there already when anything is recorded
  if (call.trail.length > 0 && instance !== "") {
    call.trail.push({ instance, afterMs: loser.startMs, durationMs: elapsedMs, status: 0, error: "CANCELLED" });
  }
  const abort = () => loser.cancellation.cancel(superseded(call));
  const isSoonDone = instance !== "" && expectedMsOf(instance) - elapsedMs < DRAIN_MS_MAX;
  if (isSoonDone) loser.cancelDrain = clock.after(DRAIN_MS_MAX, abort);
  else abort();
}

/** Of two that failed: the one whose instance forbids another try; else the last, if it was sent; else the first. */
function spokesman(lanes: readonly Lane[], last: Lane): Lane {
  const forbids = lanes.find(({ failed }) => failed?.kind === "final" && failed.reply !== undefined);
  const [first = last] = lanes;
  return forbids ?? (wasNotSent(last) ? first : last);
}

/** Of one that does not forbid: `final` without a reply is a failure of this process. */
function wasNotSent({ failed }: Lane): boolean {
  return failed?.kind === "unsent" || failed?.kind === "final";
}

function superseded(call: Call) {
  return shoalError("CANCELLED", { message: `${nameOf(call)}: another request for the same call was faster` });
}

function brokeDown(call: Call, cause: unknown) {
  return shoalError("INTERNAL", { message: `${nameOf(call)}: the client failed`, cause });
}
