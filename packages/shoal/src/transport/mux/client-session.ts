import { type Context, cancellationOf } from "../../core/context.ts";
import { messageOf, type ShoalError, shoalError } from "../../core/errors.ts";
import type { HttpReply, HttpRequest } from "../../core/message.ts";
import { failure, type Outcome } from "../../core/outcome.ts";
import { CallTable } from "./call-table.ts";
import { ClientCall } from "./client-call.ts";
import type { Frame } from "./frame-reader.ts";
import { CALL_ID_MAX, CANCEL, FLAG_END, GO_AWAY, KIND, LAST_CALL_OPEN, MuxError } from "./protocol.ts";
import { MuxSession, type SessionParts, unexpected } from "./session.ts";

export interface ClientSessionParts extends SessionParts {
  /** Called once, when calls may be made. */
  readonly onOpen: () => void;
  /** The other side takes no new calls, and those under way go on. Called at most once, and not at the end. */
  readonly onGoingAway: () => void;
}

/** The side of a mux connection that makes calls. */
export class ClientSession extends MuxSession {
  protected override readonly pausesReading = false;
  protected override readonly batchMin = 4;
  readonly #client: ClientSessionParts;
  readonly #calls = new CallTable<ClientCall>();
  #lastId = 0;
  /** Calls up to it have left this process. */
  #flushedId = 0;
  /** What the other side said that it has begun at most. */
  #peerLastCall = LAST_CALL_OPEN;
  #isGoingAway = false;

  constructor(parts: ClientSessionParts) {
    super(parts);
    this.#client = parts;
  }

  /** Calls that may be under way at once; 0 while there may be none. */
  get callsMax(): number {
    const { peer } = this;
    if (peer === undefined || this.isOver || this.#isGoingAway) return 0;
    return Math.min(peer.callsMax, this.parts.options.callsMax);
  }

  override get callsUnderWay(): number {
    return this.#calls.size;
  }

  /** Sends a request. Undefined, and nothing is sent, when this connection cannot carry it: HTTP/1.1 can. */
  trySend(request: HttpRequest, context: Context): Promise<Outcome<HttpReply>> | undefined {
    if (this.#calls.size >= this.callsMax || this.parts.wire.bufferedBytes() > this.parts.options.bufferBytesMax) {
      return undefined;
    }
    const { body } = request;
    const bytes = body instanceof Uint8Array ? body.length : undefined;
    const isInline = body === undefined || this.#fitsInline(bytes);
    if (!this.headWriter.request(request, isInline ? undefined : bytes) || !this.#fits(isInline ? (bytes ?? 0) : 0)) {
      return undefined;
    }
    const cancellation = cancellationOf(context);
    if (cancellation.aborted) return Promise.resolve(failure("unsent", this.#givenUp(cancellation.reason)));
    return new Promise((resolve) => {
      this.#lastId += 1;
      const call = new ClientCall(this.#lastId, this, { cancellation, resolve });
      this.#calls.add(call);
      if (isInline) this.writer.head(KIND.request | FLAG_END, this.#lastId, this.headWriter, body as Uint8Array);
      else this.#open(call, body as Uint8Array);
      this.written();
      if (this.#lastId === CALL_ID_MAX) this.#goingAway();
    });
  }

  /** Makes no further calls, and closes when those under way are over. */
  closeWhenIdle(): void {
    this.#isGoingAway = true;
    this.#closeIfEmpty();
  }

  /** The caller gave a call up. */
  giveUp(call: ClientCall, reason: unknown): void {
    if (!this.#calls.has(call.id)) return;
    const error = this.#givenUp(reason);
    this.suspect();
    this.cancel(call);
    call.settle(failure("ambiguous", error));
    call.incoming?.stream.cancel(error);
  }

  /** Forgets a call, and has the other side stop. */
  cancel(call: ClientCall): void {
    if (!this.#calls.has(call.id) || this.isOver) return;
    this.writer.cancel(call.id, CANCEL.unwanted);
    this.written();
    this.#forget(call);
  }

  override onBodyUnwanted(id: number): void {
    const call = this.#calls.get(id);
    if (call) this.cancel(call);
  }

  /** For a body that takes the connection's options. */
  get options() {
    return this.parts.options;
  }

  get clock() {
    return this.parts.clock;
  }

  connectionLost(why: string, cause?: unknown): ShoalError {
    return shoalError("CONNECTION_LOST", { message: `the connection to ${this.parts.peer} was lost: ${why}`, cause });
  }

  protected override onHello(): void {
    this.#client.onOpen();
  }

  protected override onFlushed(): void {
    this.#flushedId = this.#lastId;
  }

  protected override isBusy(): boolean {
    return this.#calls.size > 0;
  }

  protected override lastCall(): number {
    return 0;
  }

  protected override onCredit(id: number, bytes: number): void {
    const body = this.#calls.get(id)?.outgoing;
    if (body) this.pump?.creditBody(body, bytes); // else it was already on its way when the body ended
  }

  protected override onReply(frame: Frame): void {
    const call = this.#known(frame);
    this.headReader.readReply(frame.bytes, frame.start, frame.end);
    const { status, replyHeaders, end } = this.headReader;
    if (call === undefined) return; // it was given up meanwhile
    if (!frame.isEnd) {
      if (end !== frame.end) throw new MuxError(GO_AWAY.protocol, "a reply with a part of its body");
      call.onHead(status, replyHeaders);
      return;
    }
    if (!call.isWaiting) throw new MuxError(GO_AWAY.protocol, "a call with two replies");
    // before the call is over: with the last one a session that goes away is closed, and its frame emptied
    const body = end === frame.end ? undefined : frame.bytes.subarray(end, frame.end);
    this.#finish(call);
    call.onWhole(status, replyHeaders, body);
  }

  protected override onData(frame: Frame): void {
    const call = this.#known(frame);
    const bytes = frame.bytes.subarray(frame.start, frame.end);
    if (call === undefined) this.release(bytes.length);
    else call.onData(bytes);
    if (!frame.isEnd || call === undefined || !this.#calls.has(call.id)) return;
    this.#finish(call);
    call.onEnd();
  }

  protected override onCancel(frame: Frame): void {
    const call = this.#known(frame);
    if (call === undefined) return;
    // before the call is forgotten: see `onReply`
    const isRefused = frame.bytes[frame.start] === CANCEL.refused && call.isWaiting;
    this.#forget(call);
    if (isRefused) call.settle(failure("nacked", this.#refused()));
    else call.fail(this.connectionLost("the answer was broken off"), "ambiguous");
  }

  protected override onRequest(frame: Frame): void {
    throw unexpected(frame);
  }

  protected override onGoAway(lastCall: number, code: number, text: string): void {
    this.#peerLastCall = Math.min(this.#peerLastCall, lastCall);
    if (code !== GO_AWAY.drain) {
      this.part(new Error(text));
      return;
    }
    for (const call of this.#calls.all()) {
      if (call.id <= lastCall) continue;
      this.#forget(call);
      call.fail(this.#notBegun("it takes no new calls"), "unsent");
    }
    this.#goingAway();
    this.#closeIfEmpty();
  }

  protected override onIdle(): void {
    this.#goingAway();
    this.#closeIfEmpty();
  }

  protected override onLost(cause: Error): void {
    const calls = this.#calls.all();
    this.#calls.clear();
    const error = this.connectionLost(messageOf(cause), cause);
    for (const call of calls) {
      if (call.outgoing) this.pump?.stop(call.outgoing);
      const isUnsent = call.isWaiting && (call.id > this.#flushedId || call.id > this.#peerLastCall);
      if (isUnsent) call.fail(this.#notBegun(messageOf(cause)), "unsent");
      else call.fail(error, "ambiguous");
    }
  }

  /** A body of its own frames: of which length, if it is known, is in the head. */
  #open(call: ClientCall, body: Uint8Array | AsyncIterable<Uint8Array>): void {
    this.writer.head(KIND.request, call.id, this.headWriter, undefined);
    this.pump?.add(call.opens(body, this.peer?.callWindowBytes ?? 0));
  }

  #fitsInline(bytes: number | undefined): boolean {
    return bytes !== undefined && bytes <= (this.peer?.inlineBytesMax ?? 0);
  }

  #fits(inlineBytes: number): boolean {
    const { bytes } = this.headWriter;
    const { peer } = this;
    return peer !== undefined && bytes <= peer.headBytesMax && bytes + inlineBytes <= peer.frameBytesMax;
  }

  /** Undefined for a call that is over. */
  #known({ call }: Frame): ClientCall | undefined {
    if (call === 0 || call > this.#lastId)
      throw new MuxError(GO_AWAY.protocol, `a frame of call ${call}, which nobody made`);
    return this.#calls.get(call);
  }

  /** Its answer is here. The rest of its own body is not sent. */
  #finish(call: ClientCall): void {
    if (call.outgoing && !call.outgoing.isOver) this.cancel(call);
    else this.#forget(call);
  }

  #forget(call: ClientCall): void {
    this.#calls.delete(call.id);
    call.release();
    if (call.outgoing) this.pump?.stop(call.outgoing);
    if (this.#isGoingAway) this.#closeIfEmpty();
  }

  #goingAway(): void {
    if (this.#isGoingAway) return;
    this.#isGoingAway = true;
    this.#client.onGoingAway();
  }

  #closeIfEmpty(): void {
    if (this.#calls.size > 0 || this.isOver) return;
    this.writer.goAway(0, GO_AWAY.drain, "done");
    this.close(new Error("it was not needed any more"));
  }

  #givenUp(reason: unknown): ShoalError {
    return shoalError("CANCELLED", {
      message: `the request to ${this.parts.peer} was given up: ${messageOf(reason)}`,
      cause: reason,
    });
  }

  /** It is there, and busy: no connection that is refused, which would keep everybody from it for a second or more. */
  #refused(): ShoalError {
    return shoalError("OVERLOADED", { message: `${this.parts.peer} is at its limit of calls on one connection` });
  }

  #notBegun(why: string): ShoalError {
    return shoalError("CONNECT_FAILED", { message: `${this.parts.peer} did not begin the call: ${why}` });
  }
}
