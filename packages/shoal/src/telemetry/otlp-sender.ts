import type { Agent } from "node:http";
import type { OtlpEndpoint } from "./otlp-endpoint.ts";

// Not by `import`, whose view of node:http loads all of fetch and WebSocket with it: 13 MB and 20 ms.
const http = process.getBuiltinModule("node:http");

/**
 * What became of one body:
 * - `taken`;
 * - `later`: it was not, and may be another time, after `afterMs` at the earliest (0 when that was not said);
 * - `refused`: it never will.
 */
export type Posted =
  | { readonly kind: "taken" }
  | { readonly kind: "later"; readonly afterMs: number }
  | { readonly kind: "refused" };

/** Posts one body. Never rejects. */
export type OtlpPost = (body: string | Uint8Array) => Promise<Posted>;

/** Sends one body; true when it was taken. Never rejects. */
export type OtlpSend = (body: string) => Promise<boolean>;

const TAKEN: Posted = { kind: "taken" };
const REFUSED: Posted = { kind: "refused" };
const LATER: Posted = { kind: "later", afterMs: 0 };
/** What OTLP calls retryable. */
const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);
/** A longer Retry-After is a mistake, or a way to silence us. */
const AFTER_MS_MAX = 60_000;

/** As `createOtlpPost`, for what is cumulative: nothing is lost by one body. */
export function createOtlpSender(endpoint: OtlpEndpoint, timeoutMs: number): OtlpSend {
  const post = createOtlpPost(endpoint, timeoutMs);
  return async (body) => (await post(body)).kind === "taken";
}

/**
 * Posts JSON over one kept connection. Nothing here keeps the process alive: neither the socket nor the timer.
 * @param timeoutMs After this long without progress the connection is given up.
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp-response
 */
export function createOtlpPost(endpoint: OtlpEndpoint, timeoutMs: number): OtlpPost {
  // TLS takes milliseconds to load, and most processes speak to a collector on their own machine.
  const { Agent, request } = endpoint.url.protocol === "https:" ? process.getBuiltinModule("node:https") : http;
  let agent: Agent | undefined;
  const post: OtlpPost = (body) =>
    new Promise((resolve) => {
      agent ??= new Agent({ keepAlive: true, maxSockets: 1, maxFreeSockets: 1 });
      const bytes = typeof body === "string" ? Buffer.from(body) : body;
      const outgoing = request(endpoint.url, {
        method: "POST",
        agent,
        timeout: timeoutMs,
        headers: { ...endpoint.headers, "content-type": "application/json", "content-length": bytes.byteLength },
      });
      const fail = () => resolve(LATER);
      outgoing.on("socket", (socket) => socket.unref());
      outgoing.on("timeout", () => outgoing.destroy());
      outgoing.on("error", fail);
      outgoing.on("close", fail);
      outgoing.on("response", (reply) => {
        // Resolved before "close" comes: the first answer counts.
        reply.on("end", () => resolve(meaningOf(reply.statusCode ?? 0, reply.headers["retry-after"])));
        reply.on("error", fail);
        reply.resume();
      });
      outgoing.end(bytes);
    });
  // A header that Node refuses throws before anything is sent.
  return (body) => post(body).catch(() => REFUSED);
}

function meaningOf(status: number, retryAfter: string | undefined): Posted {
  if (status >= 200 && status < 300) return TAKEN;
  if (!RETRYABLE.has(status)) return REFUSED;
  const seconds = Number(retryAfter ?? 0);
  return { kind: "later", afterMs: seconds > 0 ? Math.min(seconds * 1_000, AFTER_MS_MAX) : 0 };
}
