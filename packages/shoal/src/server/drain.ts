import { type Cancel, type Clock, sleep } from "../core/clock.ts";
import { shoalError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import type { Lease } from "../discovery/port.ts";
import type { OwnLife } from "./life.ts";
import type { Lifecycle } from "./lifecycle.ts";
import type { OpenStreams } from "./open-streams.ts";

export interface DrainParts {
  readonly life?: Pick<OwnLife, "beginToStop" | "close"> | undefined;
  readonly lifecycle: Lifecycle;
  readonly lease: Lease;
  /** Stops accepting, and cuts what is left after `withinMs`; resolves with the number of requests cut. */
  readonly closeListener: (withinMs: number) => Promise<number>;
  /** Resolves when no handler is at work. */
  readonly idle: () => Promise<void>;
  /** What the service sends and has no end of itself. Default: there is nothing. */
  readonly streams?: Pick<OpenStreams, "endAll" | "idle"> | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly drainPropagationMs: number;
  readonly drainMs: number;
}

/**
 * Takes an instance out of service without failing a request: it leaves the registry, goes on serving while callers
 * hear of it (each reply asks its connection to close), then refuses connections and finishes what it has begun.
 * Closing at once loses the requests that cross the close on their way. Never rejects.
 */
export async function drain(parts: DrainParts): Promise<void> {
  const { lifecycle, clock, drainMs } = parts;
  lifecycle.advance("draining");
  parts.life?.beginToStop();
  await parts.lease.leave();
  await sleep(clock, parts.drainPropagationMs);
  const stopEnding = endStreams(parts);
  const [cut] = await Promise.all([
    parts.closeListener(drainMs),
    within(parts.idle(), drainMs, clock),
    within(parts.streams?.idle(), drainMs, clock),
  ]);
  stopEnding();
  lifecycle.advance("closed");
  await parts.life?.close();
  if (cut > 0) parts.log.warn("requests were cut because they took longer than drainMs", { requests: cut, drainMs });
}

/** Kept of `drainMs` for the last events of streams to go out, in ms; at most half of it. */
const LAST_EVENT_MS = 250;

/** A stream may go on for ever: what has not come to its end is told why it ends before it would be cut. */
function endStreams({ streams, clock, drainMs }: DrainParts): Cancel {
  const why = shoalError("DRAINING", {
    message: "the instance is stopping: its stream was ended",
    hint: "Call again: another instance answers.",
  });
  return clock.after(drainMs - Math.min(LAST_EVENT_MS, drainMs / 2), () => streams?.endAll(why));
}

/** Waits for a promise, but no longer than `ms`. */
function within(promise: Promise<void> | undefined, ms: number, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    if (promise === undefined) return resolve();
    const cancel = clock.after(ms, resolve);
    void promise.then(() => {
      cancel();
      resolve();
    });
  });
}
