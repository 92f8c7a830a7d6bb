import type { Server } from "node:http";
import type { Socket } from "node:net";
import { problemReply } from "../contract/problem.ts";
import type { Clock } from "../core/clock.ts";
import { type ShoalError, shoalError } from "../core/errors.ts";
import { PROBLEM_JSON } from "../core/wire.ts";
import type { Connections } from "./connections.ts";

// Not by `import`, whose view of node:http loads all of fetch and WebSocket with it: 13 MB and 20 ms.
const { STATUS_CODES } = process.getBuiltinModule("node:http");

/** How long a refused client may take to read the refusal before its connection is cut, in ms. */
const LINGER_MS = 1_000;

/**
 * Answers what Node's parser refuses (headers too large or too slow, a body too slow, no HTTP at all) with a problem
 * document, then closes the connection.
 */
export function refuseBrokenRequests(
  server: Server,
  connections: Connections,
  { service, clock }: { readonly service: string; readonly clock: Pick<Clock, "after"> },
): void {
  server.on("clientError", (cause: NodeJS.ErrnoException, socket: Socket) => {
    // A parser that failed goes on failing on each further chunk: only the first counts.
    if (!socket.writable || socket.writableEnded) return;
    const error = errorOf(cause);
    if (!error || connections.replyOn(socket)?.headersSent) {
      socket.destroy();
      return;
    }
    socket.end(rawReply(error, service));
    // Closing at once would reset the connection while the client still sends, and the answer would be lost with it.
    const cancel = clock.after(LINGER_MS, () => socket.destroy());
    socket.once("close", cancel);
    socket.once("end", () => socket.destroy());
  });
}

function errorOf(cause: NodeJS.ErrnoException): ShoalError | undefined {
  switch (cause.code) {
    case "ECONNRESET":
    case "EPIPE":
      return undefined;
    case "HPE_HEADER_OVERFLOW":
      return shoalError("HEADERS_TOO_LARGE", { message: "the headers are over headerBytesMax" });
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return shoalError("REQUEST_TIMEOUT", {
        message: "the request took longer to arrive than headersMs or requestMs",
      });
    default:
      return shoalError("REQUEST_INVALID", {
        message: "this is no valid HTTP/1.1 request",
        hint: "See RFC 9112; is this a TLS client?",
      });
  }
}

function rawReply(error: ShoalError, service: string): string {
  const body = String(problemReply(error, service).body);
  const head = [
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? ""}`,
    "connection: close",
    `content-type: ${PROBLEM_JSON}`,
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return `${head.join("\r\n")}\r\n\r\n${body}`;
}
