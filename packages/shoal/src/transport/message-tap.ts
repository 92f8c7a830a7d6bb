import type { IncomingMessage, OutgoingMessage } from "node:http";

/** Sees a body pass. */
export interface MessageTap {
  readonly add: (chunk: Uint8Array | string) => void;
  ended: boolean;
}

type Push = (chunk: unknown, encoding?: BufferEncoding) => boolean;
type Write = (...args: unknown[]) => unknown;

/**
 * Shows a tap what arrives, where Node's parser hands it to the stream: nothing is read that the app does not read, and
 * neither its listeners nor its back-pressure change.
 */
export function tapIncoming(message: IncomingMessage, tap: MessageTap): void {
  const push = message.push as Push;
  own(message, "push", function (this: IncomingMessage, chunk, encoding) {
    if (chunk === null) tap.ended = true;
    else addTo(tap, chunk, encoding);
    return Reflect.apply(push, this, [chunk, encoding]);
  });
}

/** Shows a tap what is written, before it is. What `write` and `end` do, return and throw stays theirs. */
export function tapOutgoing(message: OutgoingMessage, tap: MessageTap): void {
  const write = message.write as Write;
  const end = message.end as Write;
  own(message, "write", function (this: OutgoingMessage, ...args) {
    addTo(tap, args[0], args[1]);
    return Reflect.apply(write, this, args);
  });
  own(message, "end", function (this: OutgoingMessage, ...args) {
    addTo(tap, args[0], args[1]);
    tap.ended = true;
    return Reflect.apply(end, this, args);
  });
}

/** As an assignment makes it: whoever replaces it in turn finds what is usual. */
function own<Target extends object>(
  target: Target,
  name: string,
  value: (this: Target, ...args: unknown[]) => unknown,
) {
  Object.defineProperty(target, name, { value, configurable: true, enumerable: true, writable: true });
}

function addTo(tap: MessageTap, chunk: unknown, encoding: unknown): void {
  if (chunk instanceof Uint8Array) tap.add(chunk);
  else if (typeof chunk === "string") {
    const isText = typeof encoding !== "string" || /^utf-?8$/i.test(encoding);
    tap.add(isText ? chunk : Buffer.from(chunk, encoding as BufferEncoding));
  }
}
