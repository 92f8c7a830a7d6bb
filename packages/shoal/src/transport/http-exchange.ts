import type { Dispatcher } from "undici";
import type { CancelListener, Cancellation } from "../core/cancellation.ts";
import { messageOf, type ShoalError, shoalError } from "../core/errors.ts";
import type { HttpReply, ReplyHeaders } from "../core/message.ts";
import { failure, type Outcome, success } from "../core/outcome.ts";
import { ReplyStream, type ReplyStreamOptions } from "./reply-stream.ts";

type Controller = Dispatcher.DispatchController;
type RawHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** What the exchanges of one connection have in common. */
export interface HttpExchangeSettings {
  readonly address: string;
  readonly memoryBytesMax: number;
  readonly stream: ReplyStreamOptions;
}

/** Where the exchange is; what an error means depends on it. `waiting`: for a socket, so that nothing was written. */
type Phase = "waiting" | "sent" | "reading" | "streaming" | "settled";

interface Head {
  readonly status: number;
  readonly headers: ReplyHeaders;
}

/**
 * One request on undici's low-level interface: it tells exactly when a request begins to be written. Nothing throws.
 * One object for all of it, and no closure: `npm run bench -- resilience` guards what that saves.
 */
export class HttpExchange implements Dispatcher.DispatchHandler, CancelListener {
  readonly #settings: HttpExchangeSettings;
  readonly #cancellation: Cancellation;
  /** Called once: with the reply, or with what is known about the failure. */
  readonly #resolve: (outcome: Outcome<HttpReply>) => void;
  #phase: Phase = "waiting";
  /** Since `sent`. */
  #controller: Controller | undefined;
  /** Since `reading`. */
  #head: Head | undefined;
  /** Of a reply that is read into memory. */
  #chunks: Uint8Array | Uint8Array[] | undefined;
  /** Since `streaming`. */
  #stream: ReplyStream | undefined;

  constructor(
    settings: HttpExchangeSettings,
    cancellation: Cancellation,
    resolve: (outcome: Outcome<HttpReply>) => void,
  ) {
    this.#settings = settings;
    this.#cancellation = cancellation;
    this.#resolve = resolve;
    cancellation.subscribe(this);
  }

  onRequestStart(controller: Controller): void {
    if (this.#phase === "waiting") {
      this.#phase = "sent";
      this.#controller = controller;
    } else controller.abort(gone()); // given up while it waited for a socket
  }

  onResponseStart(controller: Controller, status: number, raw: RawHeaders): void {
    if (status < 200 || this.#phase !== "sent") return; // 1xx: the reply is still to come
    const head = { status, headers: replyHeaders(raw) };
    if (bodyBytes(head) <= this.#settings.memoryBytesMax) {
      this.#phase = "reading";
      this.#head = head;
      return;
    }
    const stream = new ReplyStream(
      {
        pause: () => controller.pause(),
        resume: () => controller.resume(),
        abort: (reason) => controller.abort(reason),
      },
      this.#settings.stream,
    );
    this.#phase = "streaming";
    this.#stream = stream;
    // the socket is free again with the end of the stream
    void stream.finished.then(() => this.#cancellation.unsubscribe(this));
    this.#resolve(success({ ...head, body: stream }));
  }

  onResponseData(_controller: Controller, chunk: Uint8Array): void {
    if (this.#phase === "reading") this.#chunks = withChunk(this.#chunks, chunk);
    else this.#stream?.push(chunk);
  }

  onResponseEnd(): void {
    this.#stream?.end();
    if (this.#phase !== "reading" || this.#head === undefined) return;
    const { status, headers } = this.#head;
    this.#settle(success({ status, headers, body: joined(this.#chunks) }));
  }

  /** undici's own end of a failed request, with or without a controller. */
  onResponseError(_controller: Controller | undefined, cause: unknown): void {
    const { address } = this.#settings;
    if (this.#phase === "streaming") this.#stream?.end(lost(address, cause));
    else if (this.#phase !== "settled") this.#settle(failureOf(this.#phase === "waiting", address, cause));
  }

  /** The caller gives up: settles at once. On HTTP/1.1 that costs the socket. */
  onCancel(cause: unknown): void {
    const phase = this.#phase;
    const reason = givenUp(this.#settings.address, cause);
    this.#stream?.cancel(reason);
    if (phase === "streaming" || phase === "settled") return;
    this.#settle(failure(phase === "waiting" ? "unsent" : "ambiguous", reason));
    this.#controller?.abort(reason);
  }

  #settle(outcome: Outcome<HttpReply>): void {
    this.#phase = "settled";
    this.#cancellation.unsubscribe(this);
    this.#resolve(outcome);
  }
}

/** undici's own object where nothing was sent twice, which is nearly always. */
function replyHeaders(raw: RawHeaders): ReplyHeaders {
  for (const name in raw) if (typeof raw[name] !== "string") return joinedHeaders(raw);
  return raw as ReplyHeaders;
}

function joinedHeaders(raw: RawHeaders): ReplyHeaders {
  const headers: Record<string, string | readonly string[]> = {};
  for (const name in raw) {
    const value = raw[name];
    if (value !== undefined) headers[name] = Array.isArray(value) && name !== "set-cookie" ? value.join(", ") : value;
  }
  return headers;
}

/** How long the body is going to be; infinite when its head does not say. */
function bodyBytes({ status, headers }: Head): number {
  if (status === 204 || status === 304) return 0;
  const length = headers["content-length"];
  return typeof length === "string" ? Number.parseInt(length, 10) : Number.POSITIVE_INFINITY;
}

/** Nearly all replies that are read into memory come in one chunk. */
function withChunk(before: Uint8Array | Uint8Array[] | undefined, chunk: Uint8Array): Uint8Array | Uint8Array[] {
  if (before === undefined) return chunk;
  if (!Array.isArray(before)) return [before, chunk];
  before.push(chunk);
  return before;
}

function joined(chunks: Uint8Array | readonly Uint8Array[] | undefined): Uint8Array | undefined {
  return chunks === undefined || chunks instanceof Uint8Array ? chunks : Buffer.concat(chunks);
}

/** Codes of a request that undici refuses to write; trying elsewhere cannot help. */
const REFUSED_BY_UNDICI: ReadonlySet<unknown> = new Set(["UND_ERR_INVALID_ARG", "UND_ERR_NOT_SUPPORTED"]);

function failureOf(unsent: boolean, address: string, cause: unknown): Outcome<HttpReply> {
  if (!unsent) return failure("ambiguous", lost(address, cause));
  if (REFUSED_BY_UNDICI.has((cause as { readonly code?: unknown } | null)?.code)) {
    return failure("final", shoalError("REQUEST_INVALID", { message: `not an HTTP request: ${messageOf(cause)}` }));
  }
  return failure(
    "unsent",
    shoalError("CONNECT_FAILED", { message: `cannot connect to ${address}: ${messageOf(cause)}`, cause }),
  );
}

function lost(address: string, cause: unknown): ShoalError {
  return shoalError("CONNECTION_LOST", {
    message: `the connection to ${address} was lost: ${messageOf(cause)}`,
    cause,
  });
}

function gone(): ShoalError {
  return shoalError("CANCELLED", { message: "the caller has gone" });
}

/** The error of a request that its caller gave up. */
export function givenUp(address: string, reason: unknown): ShoalError {
  return shoalError("CANCELLED", {
    message: `the request to ${address} was given up: ${messageOf(reason)}`,
    cause: reason,
  });
}
