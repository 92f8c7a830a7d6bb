import { CancelSource } from "../../core/cancellation.ts";
import { shoalError } from "../../core/errors.ts";
import type { HttpReply, HttpRequest } from "../../core/message.ts";
import { arrivingAt } from "../arrival.ts";
import type { Handler } from "../port.ts";
import type { IncomingBody } from "./incoming-body.ts";
import type { BodySender, OutgoingBody } from "./outgoing-body.ts";

/** The connection on which a call is answered. */
interface Answerer {
  /** The reply is ready. May throw: then it cannot be sent. */
  readonly reply: (call: ServerCall, reply: HttpReply) => void;
  /** The handler failed, or its reply could not be sent. */
  readonly replyFailed: (call: ServerCall, cause: unknown) => void;
  /** All of the reply is written. */
  readonly replySent: (call: ServerCall) => void;
}

/** One call that is being answered. */
export class ServerCall extends CancelSource implements BodySender {
  readonly id: number;
  readonly #session: Answerer;
  incoming: IncomingBody | undefined;
  outgoing: OutgoingBody | undefined;
  /** What the other side takes of the reply's body before that begins, in bytes: it may give credit at any time. */
  windowBytes: number;
  /** Nothing of the reply is sent any more: it is out, or nobody wants it. */
  isOver = false;
  /** It is counted no longer. */
  isSettled = false;

  constructor(id: number, session: Answerer, windowBytes: number) {
    super();
    this.id = id;
    this.#session = session;
    this.windowBytes = windowBytes;
  }

  /** Asks the handler. A handler never rejects; one that does, or throws, is answered for. */
  answer(handler: Handler, request: HttpRequest): void {
    try {
      handler(request, arrivingAt(this)).then(
        (reply) => this.#reply(reply),
        (cause: unknown) => this.#session.replyFailed(this, cause),
      );
    } catch (cause) {
      this.#session.replyFailed(this, cause);
    }
  }

  /** Nobody waits for the answer any more. */
  abort(): void {
    this.isOver = true;
    const error = shoalError("CANCELLED", { message: "the caller has gone" });
    this.cancel(error);
    this.incoming?.stream.cancel(error);
  }

  onBodySent(): void {
    this.#session.replySent(this);
  }

  onBodyFailed(cause: unknown): void {
    this.#session.replyFailed(this, cause);
  }

  #reply(reply: HttpReply): void {
    try {
      this.#session.reply(this, reply);
    } catch (cause) {
      this.#session.replyFailed(this, cause);
    }
  }
}
