import type { Socket } from "node:net";
import { problemReply } from "../contract/problem.ts";
import { CancelSource } from "../core/cancellation.ts";
import { messageOf, shoalError } from "../core/errors.ts";
import type { HttpReply, HttpRequest } from "../core/message.ts";
import { arrivingAt } from "./arrival.ts";
import type { Carrier } from "./connections.ts";
import type { HttpListenerOptions, HttpListenerParts } from "./http-listener-parts.ts";
import { isPlainReply, type PlainReply, plainBody, plainHead } from "./plain-reply.ts";
import { type PlainHead, plainHeadIn } from "./plain-request.ts";
import { replyByNode } from "./reply-by-node.ts";

export interface PlainConnectionParts {
  readonly parts: Pick<HttpListenerParts, "service" | "handler" | "log">;
  readonly limits: Pick<HttpListenerOptions, "headerBytesMax" | "headersMs" | "keepAliveMs">;
  /** Has node:http serve the connection from now on. */
  readonly leave: (socket: Socket) => void;
  /** Refuses a connection on which nothing came for `headersMs`. */
  readonly refuse: (socket: Socket) => void;
}

/** Up to here copying a body into the text of its head is cheaper than a write of two parts. */
const COPIED_BYTES_MAX = 16_384;
/** A longer body that comes in parts is node:http's business, which can hand it on as it comes. */
const GATHERED_BYTES_MAX = 65_536;
/** So long the next part of a body may take, and in so many it may come; then node:http waits, which knows what is too slow. */
const PART_MS = 200;
const PARTS_MAX = 32;
/** Of what comes while a request is answered; then no more is read. */
const WAITING_BYTES_MAX = 65_536;
/** An idle connection is closed so much later than its caller is told, in ms, as Node 24 does it: its last request may be on its way. */
const IDLE_GRACE_MS = 1_000;

/**
 * A connection that has only brought plain requests so far: read and answered without node:http, whose objects and streams for
 * one request cost more than all else that a server does for it; `npm run bench -- http` guards it. With the first that is
 * not plain (a long or slow body, an upgrade, one right behind the other, whatever is not understood here) node:http gets
 * the connection and what came on it, for good: what it knows is not done again here.
 */
export class PlainConnection implements Carrier {
  /** Has carried a request. */
  used = false;
  readonly #socket: Socket;
  readonly #around: PlainConnectionParts;
  readonly #persistence: string;
  /** Of the request that is being answered. */
  #answering: CancelSource | undefined;
  /** The request whose body has not come whole: many callers write head and body apart. */
  #begun: Begun | undefined;
  #isDraining = false;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  readonly #idleMs: number;

  constructor(socket: Socket, around: PlainConnectionParts) {
    const { headersMs, keepAliveMs } = around.limits;
    this.#socket = socket;
    this.#around = around;
    this.#idleMs = keepAliveMs + IDLE_GRACE_MS;
    this.#persistence = `Connection: keep-alive\r\nKeep-Alive: timeout=${Math.floor(keepAliveMs / 1_000)}\r\n`;
    socket.setTimeout(headersMs);
    socket.on("error", onError);
    socket.on("data", this.#onData);
    socket.on("timeout", this.#onTimeout);
    socket.on("end", this.#onEnd);
    socket.on("close", this.#onClose);
  }

  get callsUnderWay(): number {
    return this.#isIdle() ? 0 : 1;
  }

  /** One that has brought no request yet may still bring its first: it is probably on its way. */
  drain(): void {
    this.#isDraining = true;
    if (this.used && this.#isIdle()) this.#socket.destroySoon();
  }

  #isIdle(): boolean {
    return this.#answering === undefined && this.#begun === undefined;
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#answering !== undefined) this.#keepWaiting(chunk);
    else if (this.#begun !== undefined) this.#goOn(this.#begun, chunk);
    else this.#begin(chunk);
  };

  #begin(chunk: Buffer): void {
    const head = plainHeadIn(chunk, this.#around.limits.headerBytesMax);
    const endsAt = head === undefined ? 0 : head.bodyStart + head.bodyBytes;
    if (head === undefined || chunk.length > endsAt) this.#leave(chunk);
    else if (chunk.length === endsAt) void this.#answer(requestOf(head, chunk.subarray(head.bodyStart)));
    else if (head.bodyBytes > GATHERED_BYTES_MAX) this.#leave(chunk);
    else {
      this.#begun = { head, chunks: [chunk], missing: endsAt - chunk.length };
      this.#socket.setTimeout(PART_MS);
    }
  }

  #goOn(begun: Begun, chunk: Buffer): void {
    begun.chunks.push(chunk);
    begun.missing -= chunk.length;
    const { head, chunks, missing } = begun;
    if (missing > 0 && chunks.length < PARTS_MAX) return;
    this.#begun = undefined;
    this.#socket.setTimeout(this.#idleMs);
    if (missing !== 0) this.#leave(Buffer.concat(chunks));
    else if (chunks.length === 2 && chunks[0]?.length === head.bodyStart) void this.#answer(requestOf(head, chunk));
    else void this.#answer(requestOf(head, Buffer.concat(chunks).subarray(head.bodyStart)));
  }

  #keepWaiting(chunk: Buffer): void {
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.byteLength;
    if (this.#waitingBytes > WAITING_BYTES_MAX) this.#socket.pause();
  }

  /** One request. It is cancelled when the connection closes before its reply is out. */
  async #answer(request: HttpRequest): Promise<void> {
    const source = new CancelSource();
    this.#answering = source;
    if (!this.used) {
      this.used = true;
      this.#socket.setTimeout(this.#idleMs);
    }
    let reply: HttpReply;
    try {
      reply = await this.#around.parts.handler(request, arrivingAt(source));
    } catch (cause) {
      if (source.aborted) return;
      reply = this.#unsendable(cause);
    }
    try {
      if (isPlainReply(reply)) this.#send(reply, request.method);
      else await this.#sendByNode(reply, request.method);
    } catch (cause) {
      this.#send(this.#unsendable(cause), request.method);
    }
  }

  #unsendable(cause: unknown): PlainReply {
    const { service, log } = this.#around.parts;
    log.error("a reply could not be sent", { error: messageOf(cause) });
    const error = shoalError("INTERNAL", { message: `${service} made a reply that cannot be sent` });
    return problemReply(error, service) as PlainReply;
  }

  #send(reply: PlainReply, method: string): void {
    const socket = this.#socket;
    const head = plainHead(reply, this.#persistence);
    if (!socket.writable) return;
    const body = plainBody(reply, method);
    if (body === undefined) socket.write(head, "latin1");
    else if (body.byteLength <= COPIED_BYTES_MAX) socket.write(head + latin1Of(body), "latin1");
    else {
      socket.cork();
      socket.write(head, "latin1");
      socket.write(body);
      socket.uncork();
    }
    if (socket.writableLength === 0) this.#onSent();
    else socket.write("", this.#onSent); // called when all before it is with the system
  }

  async #sendByNode(reply: HttpReply, method: string): Promise<void> {
    if (!this.#socket.writable) return;
    await replyByNode(reply, method, this.#socket);
    if (reply.headers["connection"] === "close") this.#isDraining = true;
    this.#onSent();
  }

  readonly #onSent = (): void => {
    this.#answering = undefined;
    if (this.#isDraining) this.#socket.destroySoon();
    else if (this.#waiting.length > 0) this.#leave(Buffer.concat(this.#waiting));
  };

  #leave(chunk: Buffer): void {
    const socket = this.#socket;
    this.#begun = undefined;
    if (!socket.readable || !socket.writable) return; // it is closing
    this.#stopListening();
    socket.off("error", onError);
    socket.unshift(chunk);
    this.#around.leave(socket);
    if (this.#waitingBytes > WAITING_BYTES_MAX) socket.resume();
  }

  #stopListening(): void {
    const socket = this.#socket;
    socket.setTimeout(0);
    socket.off("data", this.#onData);
    socket.off("timeout", this.#onTimeout);
    socket.off("end", this.#onEnd);
    socket.off("close", this.#onClose);
  }

  readonly #onTimeout = (): void => {
    if (this.#answering !== undefined) return; // its deadline ends it
    if (this.#begun !== undefined) this.#leave(Buffer.concat(this.#begun.chunks));
    else if (this.used) this.#socket.destroy();
    else {
      this.#stopListening();
      this.#around.refuse(this.#socket);
    }
  };

  /** As node:http has it: whoever says that no more comes does not wait for an answer either. */
  readonly #onEnd = (): void => {
    this.#socket.end();
  };

  readonly #onClose = (): void => {
    this.#begun = undefined;
    const answering = this.#answering;
    this.#answering = undefined;
    answering?.cancel(shoalError("CANCELLED", { message: "the caller has gone" }));
  };
}

interface Begun {
  readonly head: PlainHead;
  /** All that has come, head included: node:http may have to begin anew. */
  readonly chunks: Buffer[];
  /** Bytes of the body that have not come; negative when more has. */
  missing: number;
}

function requestOf({ method, target, headers, bodyBytes }: PlainHead, body: Buffer): HttpRequest {
  return { method, target, headers, body: bodyBytes === 0 ? undefined : body };
}

/** A lost connection closes, and that is told as well. */
function onError(): void {}

function latin1Of({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("latin1");
}
