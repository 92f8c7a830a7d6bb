import { messageOf, shoalError } from "../../core/errors.ts";
import type { Body, Headers, HttpReply, HttpRequest, ReplyHeaders } from "../../core/message.ts";
import { headerOf } from "../../core/message.ts";
import type { Handler } from "../port.ts";
import { Allowance } from "./allowance.ts";
import { CallTable } from "./call-table.ts";
import type { Frame } from "./frame-reader.ts";
import { IncomingBody } from "./incoming-body.ts";
import { OutgoingBody, widened } from "./outgoing-body.ts";
import { CALL_ID_MAX, CANCEL, FLAG_END, GO_AWAY, KIND, LAST_CALL_OPEN, MuxError } from "./protocol.ts";
import { ServerCall } from "./server-call.ts";
import { MuxSession, type SessionParts, unexpected } from "./session.ts";

export interface ServerSessionParts extends SessionParts {
  readonly handler: Handler;
  /** Answers for a reply that cannot be sent. */
  readonly failed: (cause: unknown) => HttpReply;
  /** What the upgrade asked for; requests without a `host` are for it. */
  readonly host: string | undefined;
  /** How long a request's body may take to arrive, in ms. */
  readonly requestMs: number;
  /** Calls before the connection goes away, so that load spreads again; 0 is no limit. */
  readonly callsTotalMax: number;
}

/** How long a client may take to hear of a GO_AWAY before calls are refused, in ms: what it has sent until then is begun. */
const GO_AWAY_HEARD_MS = 500;

/** The side of a mux connection that answers calls. */
export class ServerSession extends MuxSession {
  protected override readonly pausesReading = true;
  protected override readonly batchMin = 8;
  readonly #server: ServerSessionParts;
  /** Calls of which something may still come in or go out. */
  readonly #calls = new CallTable<ServerCall>();
  readonly #cancels: Allowance;
  #lastId = 0;
  #total = 0;
  /** Handlers at work, also for callers that have gone, and replies not sent yet. */
  #active = 0;
  #going: "no" | "soon" | "now" = "no";
  #firstRefusedId = LAST_CALL_OPEN;

  constructor(parts: ServerSessionParts) {
    super(parts);
    this.#server = parts;
    const { cancelsMax } = parts.options;
    this.#cancels = new Allowance(cancelsMax, 4 * cancelsMax, parts.clock.now());
  }

  override get callsUnderWay(): number {
    return this.#active + this.gathered;
  }

  /**
   * Asks the client for no more calls, goes on with what it has sent until it heard of that, and closes when all is done.
   * @param why Told to the client, in a few words.
   */
  drain(why = "the server is stopping"): void {
    if (this.#going !== "no" || this.isOver) return;
    this.#going = "soon";
    this.writer.goAway(LAST_CALL_OPEN, GO_AWAY.drain, why);
    this.ping(); // its answer comes after all calls that were made before it was heard
    this.parts.clock.after(GO_AWAY_HEARD_MS, () => this.#refuseMore());
  }

  /** The reply is ready. */
  reply(call: ServerCall, { status, headers, body }: HttpReply): void {
    if (call.isOver || this.isOver) {
      this.#settled(call, body);
      return;
    }
    if (headers["connection"] !== undefined && headerOf(headers, "connection") === "close") this.drain();
    if (this.#takesInline(status, headers, body)) {
      this.writer.head(KIND.reply | FLAG_END, call.id, this.headWriter, body as Uint8Array | undefined);
      this.written();
      this.#done(call);
    } else {
      // before the head: a body that is none throws, and a call may have one head
      call.outgoing = new OutgoingBody(call.id, body as Exclude<Body, undefined>, call.windowBytes, call);
      this.writer.head(KIND.reply, call.id, this.headWriter, undefined);
      this.written();
      this.pump?.add(call.outgoing);
    }
  }

  /** The handler failed, or its reply could not be sent. */
  replyFailed(call: ServerCall, cause: unknown): void {
    if (call.isOver || this.isOver) {
      this.#settled(call, undefined);
      return;
    }
    this.parts.log.error("a reply could not be sent", { error: messageOf(cause) });
    if (call.outgoing === undefined) this.reply(call, this.#server.failed(cause));
    else {
      this.writer.cancel(call.id, CANCEL.failed);
      this.written();
      this.#done(call);
    }
  }

  /** All of the reply is written. */
  replySent(call: ServerCall): void {
    this.#done(call);
  }

  override onBodyUnwanted(): void {} // the reply follows, and tells the client to stop

  protected override isBusy(): boolean {
    return this.#active > 0 || this.#calls.size > 0;
  }

  protected override lastCall(): number {
    return this.#lastId;
  }

  protected override onCredit(id: number, bytes: number): void {
    const call = this.#calls.get(id);
    if (call === undefined) return; // it was already on its way when the reply ended
    if (call.outgoing) this.pump?.creditBody(call.outgoing, bytes);
    else call.windowBytes = widened(call.windowBytes, bytes);
  }

  protected override onRequest(frame: Frame): void {
    const id = frame.call;
    checkNumber(id);
    if (id <= this.#lastId) throw new MuxError(GO_AWAY.protocol, `call ${id} after call ${this.#lastId}`);
    if (id >= this.#firstRefusedId) return; // the client knows that it is not begun
    this.#lastId = id;
    if (this.#active >= this.parts.options.callsMax) {
      this.#refuse(id);
      return;
    }
    this.headReader.readRequest(frame.bytes, frame.start, frame.end);
    const { method, target, requestHeaders, end } = this.headReader;
    if (frame.isEnd) this.#checkInline(frame.end - end);
    const call = new ServerCall(id, this, this.peer?.callWindowBytes ?? 0);
    let body: Body;
    if (frame.isEnd) body = end === frame.end ? undefined : frame.bytes.subarray(end, frame.end);
    else if (end !== frame.end) throw new MuxError(GO_AWAY.protocol, "a request with a part of its body");
    else body = this.#bodyOf(call);
    this.#begin(call, { method, target, headers: this.#withHost(requestHeaders), body });
  }

  protected override onData(frame: Frame): void {
    const { call: id, bytes, start, end } = frame;
    checkNumber(id);
    if (id === 0 || (id > this.#lastId && id < this.#firstRefusedId)) {
      throw new MuxError(GO_AWAY.protocol, `data of call ${id}, which nobody made`);
    }
    const incoming = this.#calls.get(id)?.incoming;
    if (incoming === undefined) this.release(end - start);
    else {
      incoming.push(bytes.subarray(start, end));
      if (frame.isEnd) incoming.end();
    }
  }

  protected override onCancel(frame: Frame): void {
    const call = this.#calls.get(frame.call);
    if (call === undefined) return; // its answer is on the way
    this.#calls.delete(call.id);
    if (call.isOver) return;
    call.abort();
    if (call.outgoing) this.pump?.stop(call.outgoing);
    if (call.outgoing) this.#settled(call, undefined);
    if (this.#cancels.take(this.parts.clock.now())) return;
    throw new MuxError(GO_AWAY.tooMany, "more calls are cancelled than are answered");
  }

  protected override onReply(frame: Frame): void {
    throw unexpected(frame);
  }

  protected override onGoAway(_lastCall: number, code: number, text: string): void {
    if (code !== GO_AWAY.drain) this.part(new Error(text)); // else it closes when it has its answers
  }

  protected override onPong(): void {
    if (this.#going === "soon") this.#refuseMore();
  }

  protected override onIdle(): void {
    this.drain("idle");
  }

  protected override onLost(): void {
    for (const call of this.#calls.all()) {
      if (call.isOver) continue;
      call.abort();
      if (call.outgoing === undefined) continue;
      this.pump?.stop(call.outgoing);
      this.#settled(call, undefined);
    }
    this.#calls.clear();
  }

  #checkInline(bytes: number): void {
    const { inlineBytesMax } = this.parts.options;
    if (bytes <= inlineBytesMax) return;
    throw new MuxError(GO_AWAY.tooLarge, `a body of ${bytes} bytes with its head, where ${inlineBytesMax} may be`);
  }

  #bodyOf(call: ServerCall): Body {
    const { clock, options } = this.parts;
    const { requestMs } = this.#server;
    const incoming = new IncomingBody(call.id, this, {
      clock,
      windowBytes: options.callWindowBytes,
      idleMs: requestMs,
    });
    const tooLate = () => {
      const message = `the request took longer to arrive than ${requestMs} ms`;
      incoming.stream.cancel(shoalError("REQUEST_TIMEOUT", { message }));
    };
    const cancelTimer = clock.after(requestMs, tooLate);
    void incoming.stream.finished.then(cancelTimer);
    call.incoming = incoming;
    return incoming.stream;
  }

  #begin(call: ServerCall, request: HttpRequest): void {
    this.#calls.add(call);
    this.#active += 1;
    this.#total += 1;
    const { handler, callsTotalMax } = this.#server;
    if (this.#total === callsTotalMax) this.drain();
    call.answer(handler, request);
  }

  #refuse(id: number): void {
    this.writer.cancel(id, CANCEL.refused);
    this.written();
  }

  /** From now on nothing is begun. */
  #refuseMore(): void {
    if (this.#going === "now" || this.isOver) return;
    this.#going = "now";
    this.#firstRefusedId = this.#lastId + 1;
    this.writer.goAway(this.#lastId, GO_AWAY.drain, "no more calls are begun");
    this.written();
    this.#closeIfDone();
  }

  #withHost(headers: Headers): Headers {
    const { host } = this.#server;
    if (host !== undefined && headers["host"] === undefined) (headers as Record<string, string>)["host"] = host;
    return headers;
  }

  /** Takes a reply's head. @returns Whether the body goes into its frame. Throws INTERNAL when it cannot be sent. */
  #takesInline(status: number, headers: ReplyHeaders, body: Body): boolean {
    const bytes = body instanceof Uint8Array ? body.length : undefined;
    const inlineBytes = body === undefined ? 0 : bytes;
    if (inlineBytes !== undefined && inlineBytes <= (this.peer?.inlineBytesMax ?? 0)) {
      if (this.headWriter.reply(status, headers) && this.#fits(inlineBytes)) return true;
    }
    if (body !== undefined && this.headWriter.reply(status, headers, bytes) && this.#fits(0)) return false;
    throw shoalError("INTERNAL", { message: `the head of a reply of status ${status} cannot be sent` });
  }

  #fits(inlineBytes: number): boolean {
    const { bytes } = this.headWriter;
    const { peer } = this;
    return peer !== undefined && bytes <= peer.headBytesMax && bytes + inlineBytes <= peer.frameBytesMax;
  }

  /** The reply is out. Nothing is kept until a body has come that nobody reads: it may never. */
  #done(call: ServerCall): void {
    this.#calls.delete(call.id);
    call.incoming?.stream.cancel(); // the client stops sending when it sees the reply
    this.#settled(call, undefined);
  }

  /** Nothing is done for it any more. A body that nobody gets is let go. */
  #settled(call: ServerCall, body: Body): void {
    if (body !== undefined && !(body instanceof Uint8Array)) {
      void body[Symbol.asyncIterator]()
        .return?.()
        .then(undefined, () => {});
    }
    if (call.isSettled) return;
    call.isSettled = true;
    call.isOver = true;
    this.#active -= 1;
    if (this.#going === "now") this.#closeIfDone();
  }

  #closeIfDone(): void {
    if (this.#active > 0 || this.isOver) return;
    this.closeWhenSent(new Error("it was drained"));
  }
}

function checkNumber(id: number): void {
  if (id > CALL_ID_MAX) throw new MuxError(GO_AWAY.protocol, `call ${id}, where ${CALL_ID_MAX} is the last`);
}
