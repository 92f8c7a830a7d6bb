import { type CancelListener, CancelSource } from "../../core/cancellation.ts";
import { type Context, cancellationOf, LazyContext } from "../../core/context.ts";
import { shoalError } from "../../core/errors.ts";
import type { HttpReply, ReplyHeaders } from "../../core/message.ts";
import { failure, type Outcome } from "../../core/outcome.ts";
import { type Call, type CallService, nameOf, newCall } from "../call.ts";

/** One request that several calls wait for. */
export interface Flight {
  /** The first caller's deadline, on `clock.now()`'s scale: the callee was told no other. */
  readonly sentUntilMs: number;
  /** Calls that wait. */
  readonly waiting: () => number;
  /** Waits for it. Settles when it ends or when the call is given up, whichever comes first. */
  readonly join: (call: Call, context: Context) => Promise<Outcome<HttpReply>>;
}

interface Waiter {
  readonly call: Call;
  readonly settle: (outcome: Outcome<HttpReply>) => void;
}

/**
 * Sends the request of the first call, for it and for those that join. It goes on while anybody waits, whoever began
 * it, and is given up with the last. Its deadline is the latest of all that joined: who has less time leaves earlier,
 * and a first caller in a hurry does not fail the others. Each gets a copy of the reply, or the same failure.
 *
 * @param onEnd It takes in nobody any more: it has ended, or was given up.
 */
export function startFlight(first: Call, context: Context, next: CallService, onEnd: () => void): Flight {
  const cancellation = new CancelSource();
  const waiters = new Set<Waiter>();
  const call = newCall({ ...first, signal: undefined });
  call.atMs = first.atMs;
  let { deadlineMs } = context;

  const end = (outcome: Outcome<HttpReply>) => {
    onEnd();
    const isShared = waiters.size > 1;
    for (const { call: waiting, settle } of waiters) {
      copyProgress(call, waiting);
      settle(isShared ? copyOf(outcome) : outcome);
    }
    waiters.clear();
  };
  const giveUp = () => {
    onEnd();
    cancellation.cancel(gone(call));
  };
  const own = Object.defineProperty(new LazyContext(context, cancellation), "deadlineMs", { get: () => deadlineMs });
  next(call, own).then(end, (cause: unknown) => end(failure("final", brokeDown(call, cause))));

  return {
    sentUntilMs: context.deadlineMs,
    waiting: () => waiters.size,
    join: (waiting, joined) =>
      new Promise((resolve) => {
        const caller = cancellationOf(joined);
        deadlineMs = Math.max(deadlineMs, joined.deadlineMs);
        const waiter: Waiter & CancelListener = {
          call: waiting,
          settle(outcome) {
            caller.unsubscribe(waiter);
            resolve(outcome);
          },
          onCancel(reason) {
            waiters.delete(waiter);
            copyProgress(call, waiting);
            if (waiters.size === 0) giveUp();
            resolve(failure("final", gone(waiting, reason)));
          },
        };
        waiters.add(waiter);
        caller.subscribe(waiter);
      }),
  };
}

/** For messages and spans: what was done for the flight was done for each call that waited. */
function copyProgress(from: Call, to: Call): void {
  to.attempts = from.attempts;
  to.unsent = from.unsent;
  to.instance = from.instance;
  to.verdict = from.verdict;
  if (!to.coalesced) to.trail.push(...from.trail);
}

/** What one call does to its reply is not seen by another. */
function copyOf(outcome: Outcome<HttpReply>): Outcome<HttpReply> {
  if (outcome.ok) return { ok: true, reply: copyOfReply(outcome.reply) };
  return outcome.reply === undefined ? outcome : { ...outcome, reply: copyOfReply(outcome.reply) };
}

function copyOfReply({ status, headers, body }: HttpReply): HttpReply {
  // in memory, as all that is shared; no `slice`, which of a Buffer is the same bytes
  const own = body instanceof Uint8Array ? new Uint8Array(body) : body;
  return { status, headers: copyOfHeaders(headers), body: own };
}

function copyOfHeaders(headers: ReplyHeaders): ReplyHeaders {
  const entries = Object.entries(headers);
  return Object.fromEntries(entries.map(([name, value]) => [name, typeof value === "string" ? value : [...value]]));
}

function gone(call: Call, cause?: unknown) {
  return shoalError("CANCELLED", { message: `${nameOf(call)}: the caller has gone`, cause });
}

function brokeDown(call: Call, cause: unknown) {
  return shoalError("INTERNAL", { message: `${nameOf(call)}: the client failed`, cause });
}
