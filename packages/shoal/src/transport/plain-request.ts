const HEAD_END = Buffer.from("\r\n\r\n");

/**
 * A request line and header lines without anything that can be read in two ways: no folded line, no space before a colon, no
 * byte outside of ASCII, no bare CR or LF, nothing but HTTP/1.1, and a target that is a path.
 */
const HEAD =
  /^(GET|HEAD|POST|PUT|PATCH|DELETE) (\/[\w.~!$&'()*+,;=:@%/?-]*) HTTP\/1\.1\r\n((?:[\w!#$%&'*+.^`|~-]+:[\t\x20-\x7e]*\r\n)+)$/;

/** What these ask for is node:http's business: other framing, another protocol, an answer before the body. */
const NOT_PLAIN: ReadonlySet<string> = new Set([
  "transfer-encoding",
  "upgrade",
  "expect",
  "proxy-connection",
  "trailer",
  "http2-settings",
]);

/** A length that can be compared with what has come. */
const LENGTH = /^\d{1,9}$/;

/** A request as its head says it is. */
export interface PlainHead {
  readonly method: string;
  readonly target: string;
  readonly headers: Record<string, string>;
  /** Where its body begins in the chunk. */
  readonly bodyStart: number;
  readonly bodyBytes: number;
}

/**
 * The head of the request that a chunk of a connection begins with, if it is one as nearly all are: whole in this chunk,
 * and without anything unusual. Undefined for all else: that is for node:http, whose parser knows the rest of HTTP/1.1.
 * @param headBytesMax Of its request line and headers. A longer head is not looked at.
 */
export function plainHeadIn(chunk: Buffer, headBytesMax: number): PlainHead | undefined {
  const headEnd = chunk.indexOf(HEAD_END);
  if (headEnd < 0 || headEnd > headBytesMax) return undefined;
  const found = HEAD.exec(chunk.toString("latin1", 0, headEnd + 2));
  if (found === null) return undefined;
  const [, method = "", target = "", lines = ""] = found;
  const headers = headersIn(lines);
  if (headers?.["host"] === undefined || !isKeptAlive(headers["connection"])) return undefined;
  const bodyBytes = lengthIn(headers["content-length"]);
  if (bodyBytes < 0) return undefined;
  return { method, target, headers, bodyStart: headEnd + HEAD_END.length, bodyBytes };
}

/** Undefined when a name comes twice, which means something else for each name, or is not plain. */
function headersIn(lines: string): Record<string, string> | undefined {
  const headers: Record<string, string> = {};
  for (let start = 0; start < lines.length; ) {
    const colon = lines.indexOf(":", start);
    const end = lines.indexOf("\r\n", colon);
    const name = lines.slice(start, colon).toLowerCase();
    // also true for what every object has, such as "constructor"
    if (headers[name] !== undefined || NOT_PLAIN.has(name)) return undefined;
    headers[name] = lines.slice(colon + 1, end).trim();
    start = end + 2;
  }
  return headers;
}

function isKeptAlive(connection: string | undefined): boolean {
  return connection === undefined || connection === "keep-alive" || connection.toLowerCase() === "keep-alive";
}

/** Bytes of the body; -1 when its length is not plain. */
function lengthIn(text: string | undefined): number {
  if (text === undefined) return 0;
  return LENGTH.test(text) ? Number(text) : -1;
}
