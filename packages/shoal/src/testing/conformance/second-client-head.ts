// The heads of shoal-mux/1, written from docs/wire.md alone, as all of the second client.

const METHODS = ["", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

const NAMES = `content-type content-length accept traceparent tracestate baggage x-deadline-ms x-shoal-caller
  x-shoal-attempt x-shoal-realm x-shoal-criticality x-shoal-nack x-shoal-retry x-shoal-instance x-shoal-sensitive
  x-shoal-fault idempotency-key idempotency-replayed retry-after authorization cookie set-cookie user-agent host origin
  referer accept-encoding accept-language content-encoding content-language content-disposition cache-control etag
  if-match if-none-match last-modified if-modified-since if-unmodified-since date server vary allow location link range
  content-range accept-ranges www-authenticate x-request-id x-forwarded-for x-forwarded-host x-forwarded-proto
  last-event-id`.split(/\s+/);

const HEADERS = `content-type: application/json|content-type: application/problem+json|
  content-type: application/json; charset=utf-8|content-type: text/plain; charset=utf-8|
  content-type: text/event-stream|accept: */*|accept: application/json|accept: text/event-stream|
  x-shoal-attempt: 1|x-shoal-attempt: 2|x-shoal-attempt: 3|x-shoal-criticality: critical|
  x-shoal-criticality: sheddable|x-shoal-nack: retryable|x-shoal-nack: final|x-shoal-retry: never|
  x-shoal-realm: local|retry-after: 0|retry-after: 1|idempotency-replayed: true|cache-control: no-cache|
  cache-control: no-store`.split(/\|\s*/);

export type Headers = Readonly<Record<string, string>>;

/** The head of a REQUEST. */
export function headOf(method: string, target: string, headers: Headers): Buffer {
  const fields: Buffer[] = [];
  let text = target;
  for (const [name, value] of Object.entries(headers)) {
    const whole = HEADERS.indexOf(`${name}: ${value}`);
    const known = NAMES.indexOf(name) + 1;
    if (whole >= 0) fields.push(Buffer.of(128 + whole));
    else if (known > 0) fields.push(Buffer.of(known, value.length >> 8, value.length & 255));
    else fields.push(Buffer.of(0, name.length, value.length >> 8, value.length & 255));
    if (whole < 0) text += known > 0 ? value : name + value;
  }
  const head = Buffer.alloc(7);
  const packed = Buffer.concat(fields);
  head.writeUInt16BE(packed.length, 0);
  head.writeUInt16BE(text.length, 2);
  head.writeUInt8(METHODS.indexOf(method), 4);
  head.writeUInt16BE(target.length, 5);
  return Buffer.concat([head, packed, Buffer.from(text, "latin1")]);
}

/** The head of a REPLY, and what is behind it. */
export function replyOf(payload: Buffer) {
  const fieldsEnd = 7 + payload.readUInt16BE(0);
  const textEnd = fieldsEnd + payload.readUInt16BE(2);
  const headers: Record<string, string> = {};
  const setCookies: string[] = [];
  let at = 7;
  let textAt = fieldsEnd;
  const text = (length: number) => {
    textAt += length;
    return payload.toString("latin1", textAt - length, textAt);
  };
  while (at < fieldsEnd) {
    const number = payload.readUInt8(at++);
    let [name = "", value = ""] = number >= 128 ? (HEADERS[number - 128] ?? "").split(": ") : [NAMES[number - 1]];
    if (number === 0) name = text(payload.readUInt8(at++));
    if (name === "") throw new Error(`the reply has the unknown field ${number}`);
    if (number < 128) {
      value = text(payload.readUInt16BE(at));
      at += 2;
    }
    if (name === "set-cookie") setCookies.push(value);
    else headers[name] = value;
  }
  if (textAt !== textEnd) throw new Error("the reply's text is not filled to its last byte");
  return { status: payload.readUInt16BE(5), headers, setCookies, rest: payload.subarray(textEnd) };
}
