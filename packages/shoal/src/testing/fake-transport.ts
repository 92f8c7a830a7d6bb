import type { Clock } from "../core/clock.ts";
import type { Context } from "../core/context.ts";
import { shoalError } from "../core/errors.ts";
import type { HttpReply, HttpRequest, ReplyHeaders } from "../core/message.ts";
import { failure, type Outcome, success } from "../core/outcome.ts";
import type { Transport } from "../transport/port.ts";

/** What an instance does with a request. `count` is 1 for its first request. */
export type Behaviour = (request: HttpRequest, context: Context, count: number) => Promise<Outcome<HttpReply>>;

/** A request that reached an instance, or was refused by it. */
export interface SentRequest {
  readonly address: string;
  readonly request: HttpRequest;
  readonly atMs: number;
}

/** A transport to instances that behave as a test says, on the test's clock. */
export interface FakeTransport extends Transport {
  /** What the instance at an address does from now on. An address without one refuses. */
  readonly at: (address: string, behaviour: Behaviour) => void;
  /** Everything that was sent, in order. */
  readonly sent: readonly SentRequest[];
  /** The addresses of what was sent, in order. */
  readonly addresses: () => readonly string[];
  /** Requests not yet settled. */
  readonly inFlight: () => number;
  /** Addresses whose connection was closed. */
  readonly closed: readonly string[];
  readonly answers: (reply?: FakeReply) => Behaviour;
  /** Accepts no connection. */
  readonly refuses: (afterMs?: number) => Behaviour;
  /** Takes the request and closes the connection without an answer. */
  readonly loses: (afterMs?: number) => Behaviour;
  /** Takes the request and never answers. */
  readonly hangs: () => Behaviour;
}

/** A reply as a test writes it. */
interface FakeReply {
  /** Default 200. */
  readonly status?: number;
  readonly headers?: ReplyHeaders;
  /** Sent as JSON. Default: no body. */
  readonly json?: unknown;
  readonly body?: HttpReply["body"];
  /** Time until it comes. Default 1. */
  readonly afterMs?: number;
}

/** An abort settles a request at once, as the real transports do. */
export function createFakeTransport(clock: Clock): FakeTransport {
  const behaviours = new Map<string, Behaviour>();
  const counts = new Map<string, number>();
  const sent: SentRequest[] = [];
  const closed: string[] = [];
  let inFlight = 0;
  const refuses = (afterMs = 0) => settles(clock, afterMs, () => failure("unsent", refused()));

  const send = async (address: string, request: HttpRequest, context: Context) => {
    sent.push({ address, request, atMs: clock.now() });
    const count = (counts.get(address) ?? 0) + 1;
    counts.set(address, count);
    inFlight += 1;
    try {
      return await (behaviours.get(address) ?? refuses())(request, context, count);
    } finally {
      inFlight -= 1;
    }
  };

  return {
    connect: (address) => ({
      send: (request, context) => send(address, request, context),
      close: async () => void closed.push(address),
    }),
    at: (address, behaviour) => void behaviours.set(address, behaviour),
    sent,
    addresses: () => sent.map(({ address }) => address),
    inFlight: () => inFlight,
    closed,
    answers: (reply = {}) => settles(clock, reply.afterMs ?? 1, () => success(replyOf(reply))),
    refuses,
    loses: (afterMs = 1) => settles(clock, afterMs, () => failure("ambiguous", lost())),
    hangs: () => settles(clock, undefined, () => failure("ambiguous", lost())),
  };
}

/** @param afterMs Undefined: only when aborted. */
function settles(clock: Clock, afterMs: number | undefined, outcome: () => Outcome<HttpReply>): Behaviour {
  return (_request, { signal }) =>
    new Promise((resolve) => {
      const onAbort = () => {
        cancel?.();
        resolve(failure("ambiguous", shoalError("CANCELLED", { message: "given up" })));
      };
      const cancel =
        afterMs === undefined
          ? undefined
          : clock.after(afterMs, () => {
              signal.removeEventListener("abort", onAbort);
              resolve(outcome());
            });
      if (signal.aborted) onAbort();
      else signal.addEventListener("abort", onAbort, { once: true });
    });
}

function replyOf({ status = 200, headers = {}, json, body }: FakeReply): HttpReply {
  if (json === undefined) return { status, headers, body };
  return {
    status,
    headers: { "content-type": "application/json", ...headers },
    body: Buffer.from(JSON.stringify(json)),
  };
}

function refused() {
  return shoalError("CONNECT_FAILED", { message: "connection refused" });
}

function lost() {
  return shoalError("CONNECTION_LOST", { message: "connection reset" });
}
