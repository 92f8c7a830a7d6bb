import { StringDecoder } from "node:string_decoder";
import { ownerMark } from "../../discovery/line-owner.ts";

/** The part of process.stdout or process.stderr that is replaced. */
export interface OutputStream {
  write: (chunk: string | Uint8Array, ...rest: readonly unknown[]) => boolean;
}

/** A line without an end is written when it is longer than this, in characters: the supervisor cuts it there anyway. */
const HELD_CHARACTERS_MAX = 16 * 1024;

interface Held {
  readonly decoder: StringDecoder;
  text: string;
}

/**
 * Has each line that is written to a stream say whose it is. Lines are written whole: what several services print at
 * the same time would else be mixed within a line.
 * @param ownerOf Whose the code is that writes; undefined for nobody's.
 * @returns Writes what is held of lines without an end: for when the process ends.
 */
export function markOutput(stream: OutputStream, ownerOf: () => string | undefined): () => void {
  const write = stream.write.bind(stream);
  const held = new Map<string | undefined, Held>();

  const heldOf = (owner: string | undefined): Held => {
    const known = held.get(owner);
    if (known) return known;
    const made = { decoder: new StringDecoder("utf8"), text: "" };
    held.set(owner, made);
    return made;
  };
  stream.write = (chunk, ...rest) => {
    const owner = ownerOf();
    const own = heldOf(owner);
    const text =
      own.text + (typeof chunk === "string" ? textOf(chunk, rest[0]) : own.decoder.write(Buffer.from(chunk)));
    const end = text.length > HELD_CHARACTERS_MAX ? text.length : text.lastIndexOf("\n") + 1;
    own.text = text.slice(end);
    const callback = rest.findLast((each) => typeof each === "function");
    if (end > 0) return write(marked(text.slice(0, end), owner), ...(callback === undefined ? [] : [callback]));
    if (typeof callback === "function") process.nextTick(callback);
    return true;
  };
  return () => {
    for (const [owner, { text }] of held) if (text !== "") write(marked(text, owner));
    held.clear();
  };
}

/** A text may be given in another encoding, such as base64. */
function textOf(chunk: string, encoding: unknown): string {
  const isText = typeof encoding !== "string" || /^utf-?8$/i.test(encoding);
  return isText ? chunk : Buffer.from(chunk, encoding as BufferEncoding).toString();
}

function marked(lines: string, owner: string | undefined): string {
  const whole = lines.endsWith("\n") ? lines.slice(0, -1) : lines;
  if (owner === undefined) return `${whole}\n`;
  const mark = ownerMark(owner);
  return `${mark}${whole.replaceAll("\n", `\n${mark}`)}\n`;
}
