import type { Dispatcher } from "undici";
import { messageOf, type ShoalError, shoalError } from "../core/errors.ts";
import type { HttpReply, ReplyHeaders } from "../core/message.ts";
import { failure, type Outcome, success } from "../core/outcome.ts";
import { ReplyStream, type ReplyStreamOptions } from "./reply-stream.ts";

type Controller = Dispatcher.DispatchController;
type RawHeaders = Readonly<Record<string, string | string[] | undefined>>;

export interface HttpExchangeOptions {
  readonly address: string;
  readonly memoryBytesMax: number;
  readonly stream: ReplyStreamOptions;
  /** Called once: with the reply, or with what is known about the failure. */
  readonly onSettled: (outcome: Outcome<HttpReply>) => void;
  /** Called once: when the socket is free again, which for a streamed reply is later. */
  readonly onFinished: () => void;
}

/** Where the exchange is; what an error means depends on it. */
type Phase =
  | { readonly kind: "waiting" } // for a socket: nothing was written
  | { readonly kind: "sent"; readonly controller: Controller }
  | { readonly kind: "reading"; readonly controller: Controller; readonly head: Head; readonly chunks: Uint8Array[] }
  | { readonly kind: "streaming"; readonly stream: ReplyStream }
  | { readonly kind: "settled" };

interface Head {
  readonly status: number;
  readonly headers: ReplyHeaders;
}

/** One request on undici's low-level interface: it tells exactly when a request begins to be written. Nothing throws. */
export class HttpExchange implements Dispatcher.DispatchHandler {
  readonly #options: HttpExchangeOptions;
  #phase: Phase = { kind: "waiting" };

  constructor(options: HttpExchangeOptions) {
    this.#options = options;
  }

  onRequestStart(controller: Controller): void {
    if (this.#phase.kind === "waiting") this.#phase = { kind: "sent", controller };
    else controller.abort(gone()); // given up while it waited for a socket
  }

  onResponseStart(controller: Controller, status: number, raw: RawHeaders): void {
    if (status < 200 || this.#phase.kind !== "sent") return; // 1xx: the reply is still to come
    const head = { status, headers: replyHeaders(raw) };
    if (bodyBytes(head) <= this.#options.memoryBytesMax) {
      this.#phase = { kind: "reading", controller, head, chunks: [] };
      return;
    }
    const stream = new ReplyStream(
      {
        pause: () => controller.pause(),
        resume: () => controller.resume(),
        abort: (reason) => controller.abort(reason),
      },
      this.#options.stream,
    );
    this.#phase = { kind: "streaming", stream };
    void stream.finished.then(this.#options.onFinished);
    this.#options.onSettled(success({ ...head, body: stream }));
  }

  onResponseData(_controller: Controller, chunk: Uint8Array): void {
    if (this.#phase.kind === "reading") this.#phase.chunks.push(chunk);
    else if (this.#phase.kind === "streaming") this.#phase.stream.push(chunk);
  }

  onResponseEnd(): void {
    const phase = this.#phase;
    if (phase.kind === "streaming") phase.stream.end();
    if (phase.kind === "reading") this.#settle(success({ ...phase.head, body: joined(phase.chunks) }));
  }

  /** undici's own end of a failed request, with or without a controller. */
  onResponseError(_controller: Controller | undefined, cause: unknown): void {
    const phase = this.#phase;
    if (phase.kind === "streaming") phase.stream.end(lost(this.#options.address, cause));
    else if (phase.kind !== "settled") this.#settle(failureOf(phase.kind === "waiting", this.#options.address, cause));
  }

  /** The caller gives up: settles at once. On HTTP/1.1 that costs the socket. */
  abort(reason: ShoalError): void {
    const phase = this.#phase;
    if (phase.kind === "streaming") phase.stream.cancel(reason);
    if (phase.kind === "streaming" || phase.kind === "settled") return;
    this.#settle(failure(phase.kind === "waiting" ? "unsent" : "ambiguous", reason));
    if (phase.kind !== "waiting") phase.controller.abort(reason);
  }

  #settle(outcome: Outcome<HttpReply>): void {
    this.#phase = { kind: "settled" };
    this.#options.onFinished();
    this.#options.onSettled(outcome);
  }
}

function replyHeaders(raw: RawHeaders): ReplyHeaders {
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

function joined(chunks: readonly Uint8Array[]): Uint8Array | undefined {
  return chunks.length <= 1 ? chunks[0] : Buffer.concat(chunks);
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
