import type { CancelListener, Cancellation } from "../../core/cancellation.ts";
import type { Clock } from "../../core/clock.ts";
import type { ShoalError } from "../../core/errors.ts";
import type { HttpReply, ReplyHeaders } from "../../core/message.ts";
import { failure, type Outcome, success } from "../../core/outcome.ts";
import { type BodyReceiver, IncomingBody } from "./incoming-body.ts";
import type { MuxOptions } from "./options.ts";
import { type BodySender, OutgoingBody } from "./outgoing-body.ts";
import { GO_AWAY, MuxError } from "./protocol.ts";

/** The connection on which a call is made. */
interface CallOwner extends BodyReceiver {
  readonly clock: Clock;
  readonly options: MuxOptions;
  /** The caller gave a call up. */
  readonly giveUp: (call: ClientCall, reason: unknown) => void;
  /** Forgets a call, and has the other side stop. */
  readonly cancel: (call: ClientCall) => void;
  readonly connectionLost: (why: string, cause?: unknown) => ShoalError;
}

interface ClientCallParts {
  readonly cancellation: Cancellation;
  readonly resolve: (outcome: Outcome<HttpReply>) => void;
}

interface Gathered {
  readonly status: number;
  readonly headers: ReplyHeaders;
  readonly chunks: Uint8Array[];
  bytes: number;
}

/** One call under way. An object and no closures: thousands are made in a second (guarded by bench `mux`). */
export class ClientCall implements BodySender, CancelListener {
  readonly id: number;
  outgoing: OutgoingBody | undefined;
  incoming: IncomingBody | undefined;
  readonly #session: CallOwner;
  readonly #parts: ClientCallParts;
  #gathered: Gathered | undefined;
  #isSettled = false;

  constructor(id: number, session: CallOwner, parts: ClientCallParts) {
    this.id = id;
    this.#session = session;
    this.#parts = parts;
    parts.cancellation.subscribe(this);
  }

  /** Nothing of an answer has come. */
  get isWaiting(): boolean {
    return !this.#isSettled && this.#gathered === undefined;
  }

  /** The caller has gone. */
  onCancel(reason: unknown): void {
    this.#session.giveUp(this, reason);
  }

  opens(body: Uint8Array | AsyncIterable<Uint8Array>, windowBytes: number): OutgoingBody {
    this.outgoing = new OutgoingBody(this.id, body, windowBytes, this);
    return this.outgoing;
  }

  onBodySent(): void {}

  onBodyFailed(cause: unknown): void {
    this.#session.giveUp(this, cause);
  }

  onWhole(status: number, headers: ReplyHeaders, body: Uint8Array | undefined): void {
    this.settle(success({ status, headers, body }));
  }

  /** A short body is waited for, another one handed on as it comes. Throws MuxError. */
  onHead(status: number, headers: ReplyHeaders): void {
    if (!this.isWaiting) throw new MuxError(GO_AWAY.protocol, "a call with two replies");
    const { clock, options } = this.#session;
    const length = headers["content-length"];
    if (typeof length === "string" && Number.parseInt(length, 10) <= options.memoryBytesMax) {
      this.#gathered = { status, headers, chunks: [], bytes: 0 };
      return;
    }
    const body = new IncomingBody(this.id, this.#session, {
      clock,
      windowBytes: options.callWindowBytes,
      idleMs: options.bodyIdleMs,
    });
    this.incoming = body;
    this.settle(success({ status, headers, body: body.stream }));
  }

  /** Throws MuxError. */
  onData(bytes: Uint8Array): void {
    if (this.incoming) this.incoming.push(bytes);
    else if (this.#gathered) this.#gather(this.#gathered, bytes);
    else throw new MuxError(GO_AWAY.protocol, "a body without a head");
  }

  #gather(gathered: Gathered, bytes: Uint8Array): void {
    this.#session.release(bytes.length);
    if (bytes.length > 0) this.#session.creditCall(this.id, bytes.length);
    gathered.bytes += bytes.length;
    gathered.chunks.push(bytes);
    if (gathered.bytes <= this.#session.options.memoryBytesMax) return;
    this.#session.cancel(this);
    this.fail(this.#session.connectionLost("the answer is longer than it said"), "ambiguous");
  }

  /** The body is whole. */
  onEnd(): void {
    this.incoming?.end();
    if (this.#gathered === undefined) return;
    const { status, headers, chunks } = this.#gathered;
    this.onWhole(status, headers, chunks.length <= 1 ? chunks[0] : Buffer.concat(chunks));
  }

  /** There is no answer, or no rest of it. */
  fail(error: ShoalError, kind: "unsent" | "ambiguous"): void {
    this.settle(failure(kind, error));
    this.incoming?.fail(error);
  }

  settle(outcome: Outcome<HttpReply>): void {
    if (this.#isSettled) return;
    this.#isSettled = true;
    if (!this.incoming) this.release();
    this.#parts.resolve(outcome);
  }

  /** It listens to its caller no longer. */
  release(): void {
    this.#parts.cancellation.unsubscribe(this);
  }
}
