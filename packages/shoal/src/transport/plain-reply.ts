import type { HttpReply } from "../core/message.ts";
import { HEADER } from "../core/wire.ts";
import { systemClock } from "./system-ports.ts";

// Not by `import`, whose view of node:http loads all of fetch and WebSocket with it: 13 MB and 20 ms.
const { STATUS_CODES, validateHeaderName, validateHeaderValue } = process.getBuiltinModule("node:http");

/** A reply whose body is in memory. */
export type PlainReply = HttpReply & { readonly body: Uint8Array | undefined };

/** Those say how a reply is framed or what becomes of its connection. */
const FRAMING: ReadonlySet<string> = new Set(["connection", "keep-alive", "transfer-encoding", "trailer", "upgrade"]);

/** Names that may be sent. Those of a process' replies are few, and their check costs more than the rest of their line. */
const checkedNames = new Set<string>();
const CHECKED_NAMES_MAX = 256;

/** True for a reply that `plainText` can write: what the others are made of only node:http knows to send. */
export function isPlainReply(reply: HttpReply): reply is PlainReply {
  const { status, headers, body } = reply;
  if ((body !== undefined && !(body instanceof Uint8Array)) || !(status >= 200 && status <= 999)) return false;
  for (const name in headers) if (FRAMING.has(name)) return false;
  return true;
}

/**
 * Status line and headers as one text, a character for each byte, with the empty line behind them. Node makes an object for
 * each reply and looks at each header several times; `npm run bench -- http` guards what this saves.
 * Throws what Node does for a name or value that cannot be sent.
 * @param persistence The lines that say whether the connection stays.
 */
export function plainHead({ status, headers, body }: PlainReply, persistence: string): string {
  let text = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "unknown"}\r\n`;
  for (const name in headers) {
    const value = headers[name] as string | readonly string[];
    if (name === HEADER.contentLength && body !== undefined) continue; // what is sent is counted
    if (typeof value === "object") for (const one of value) text += headerLine(name, one);
    else text += headerLine(name, value);
  }
  if (headers["date"] === undefined) text += dateLine();
  if (!isBodiless(status) && (body !== undefined || headers[HEADER.contentLength] === undefined))
    text += `content-length: ${body === undefined ? 0 : body.byteLength}\r\n`;
  return `${text}${persistence}\r\n`;
}

/** What goes out behind the head: no reply to HEAD has a body. */
export function plainBody({ status, body }: PlainReply, method: string): Uint8Array | undefined {
  return method === "HEAD" || isBodiless(status) ? undefined : body;
}

function isBodiless(status: number): boolean {
  return status === 204 || status === 304;
}

/** What must not stand in a value: it could end the line, and begin another. */
const NOT_IN_VALUE = /[^\t\x20-\x7e\x80-\xff]/;

function headerLine(name: string, value: string): string {
  if (!checkedNames.has(name)) checkName(name);
  if (typeof value !== "string" || NOT_IN_VALUE.test(value)) validateHeaderValue(name, value);
  return `${name}: ${value}\r\n`;
}

function checkName(name: string): void {
  validateHeaderName(name);
  if (checkedNames.size < CHECKED_NAMES_MAX) checkedNames.add(name);
}

const MS_PER_S = 1_000;
let dateS = 0;
let dateText = "";

/** Made once a second, as the date in it has no more. */
function dateLine(): string {
  const nowS = Math.floor(systemClock.wallMs() / MS_PER_S);
  if (nowS !== dateS) {
    dateS = nowS;
    dateText = `Date: ${new Date(nowS * MS_PER_S).toUTCString()}\r\n`;
  }
  return dateText;
}
