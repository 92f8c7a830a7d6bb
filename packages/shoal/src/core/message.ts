import { type ShoalError, shoalError } from "./errors.ts";

/** Header names in lower case. A header sent several times is joined by ", ", except set-cookie in a reply. */
export type Headers = Readonly<Record<string, string>>;
export type ReplyHeaders = Readonly<Record<string, string | readonly string[]>>;

/** Bytes in memory, a stream that can be read once, or nothing. */
export type Body = Uint8Array | AsyncIterable<Uint8Array> | undefined;

/** A stream that knows a shorter way to be read whole than chunk by chunk. */
export interface WholeReadable {
  /** Throws BODY_TOO_LARGE as `readBody` does. To be called instead of iterating. */
  readonly readWhole: (bytesMax: number) => Promise<Uint8Array>;
}

/** A request as it leaves a client and enters a server, whatever the transport. */
export interface HttpRequest {
  /** Upper case. */
  readonly method: string;
  /** Path and query, starting with "/". */
  readonly target: string;
  readonly headers: Headers;
  readonly body: Body;
}

/** A reply as it leaves a server and enters a client, whatever the transport. */
export interface HttpReply {
  readonly status: number;
  readonly headers: ReplyHeaders;
  readonly body: Body;
}

/** The first value of a reply header, or undefined. */
export function headerOf(headers: ReplyHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === "string" ? value : value?.[0];
}

/** True when the body can be sent again: it is in memory or absent. */
export function isReplayable(body: Body): body is Uint8Array | undefined {
  return body === undefined || body instanceof Uint8Array;
}

/**
 * The whole body in memory.
 * @param bytesMax Read no further than this. Throws BODY_TOO_LARGE with `details.bytesMax`.
 */
export async function readBody(body: Body, bytesMax: number): Promise<Uint8Array> {
  if (body === undefined) return EMPTY;
  if (body instanceof Uint8Array) {
    if (body.byteLength > bytesMax) throw tooLarge(bytesMax);
    return body;
  }
  if (isWholeReadable(body)) return body.readWhole(bytesMax);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) throw tooLarge(bytesMax);
    chunks.push(chunk);
  }
  return joined(chunks);
}

function isWholeReadable(body: object): body is WholeReadable {
  return "readWhole" in body;
}

/** One chunk is not copied. */
export function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
}

const EMPTY = new Uint8Array(0);

/** The error of a body that is longer than its reader takes. */
export function tooLarge(bytesMax: number): ShoalError {
  return shoalError("BODY_TOO_LARGE", { message: `the body is over ${bytesMax} bytes`, details: { bytesMax } });
}
