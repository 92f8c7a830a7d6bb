import { REDACTED } from "./redact-rules.ts";
import { type SensitiveNode, stepInto } from "./redact-sensitive.ts";

export interface JsonScan {
  readonly isSecretKey: (key: string) => boolean;
  readonly sensitive: SensitiveNode | undefined;
  readonly onSensitive: ((value: string) => void) | undefined;
  /** What to write in place of a string that is no secret by its place. Returns the same when nothing is to be hidden. */
  readonly redactString: (value: string) => string;
}

/** An object or list that is open at a place. */
interface Frame {
  readonly isList: boolean;
  readonly node: SensitiveNode | undefined;
  /** The next value is a secret, because the one before names it: ["cookie", "…"], {"name": "cookie", "value": "…"}. */
  named: boolean;
}

/** Deeper objects are skipped whole. */
const DEPTH_MAX = 200;
const QUOTED = JSON.stringify(REDACTED);
const LITERAL = /[^\s,:{}[\]"']+/y;
const VALID_LITERAL = /^(?:-?\d+(?:\.\d*)?(?:[eE][-+]?\d*)?|-|t(?:r(?:ue?)?)?|f(?:a(?:l(?:se?)?)?)?|n(?:u(?:ll?)?)?)$/;
const NAMES_NAME = /^(?:name|key|header|field|param)$/i;
const NAMES_VALUE = /^(?:value|val)$/i;

/**
 * Reads JSON text once, from left to right, without a parser's demand that it be whole. A string before a colon is a
 * key wherever it stands, so that a text whose braces are wrong still gives up no secret.
 */
export function scanJson(text: string, scan: JsonScan): { readonly text: string; readonly isJson: boolean } {
  const reader = new JsonReader(text, scan);
  reader.run();
  return { text: reader.result(), isJson: reader.isJson };
}

class JsonReader {
  isJson = true;
  readonly #text: string;
  readonly #scan: JsonScan;
  readonly #frames: Frame[];
  #out = "";
  #copied = 0;
  #at = 0;
  /** Where the value after a key is, in the tree of sensitive paths; false when no key came right before. */
  #node: SensitiveNode | undefined | false = false;
  #key = "";

  constructor(text: string, scan: JsonScan) {
    this.#text = text;
    this.#scan = scan;
    this.#frames = [{ isList: true, node: scan.sensitive, named: false }];
  }

  result(): string {
    return this.#out + this.#text.slice(this.#copied);
  }

  run(): void {
    while (this.#at < this.#text.length) {
      const character = this.#text[this.#at];
      if (character === '"' || character === "'") this.#string(character);
      else if (character === "{" || character === "[") this.#open(character === "[");
      else if (character === "}" || character === "]") this.#close(character === "]");
      else if (character === ":" || character === "," || /\s/.test(character ?? "")) this.#at += 1;
      else this.#literal();
    }
  }

  #open(isList: boolean): void {
    const node = this.#takeNode();
    if (this.#frames.length >= DEPTH_MAX) {
      this.#replaceValue(this.#at);
      return;
    }
    this.#frames.push({ isList, node, named: false });
    this.#at += 1;
  }

  #close(isList: boolean): void {
    if (this.#frames.length === 1 || this.#frame().isList !== isList) this.isJson = false;
    if (this.#frames.length > 1) this.#frames.pop();
    this.#node = false;
    this.#at += 1;
  }

  #string(quote: string): void {
    if (quote === "'") this.isJson = false;
    const start = this.#at;
    const end = stringEnd(this.#text, start, quote);
    const raw = this.#text.slice(start + 1, end);
    this.#at = Math.min(end + 1, this.#text.length);
    const colon = this.#colonAfter(this.#at);
    if (colon >= 0) this.#keyIs(decodeString(raw), colon);
    else this.#stringValue(raw, start, end);
  }

  #stringValue(raw: string, start: number, end: number): void {
    const frame = this.#frame();
    const key = this.#node === false ? "" : this.#key;
    this.#takeNode();
    const value = decodeString(raw);
    if (frame.isList && frame.named) {
      frame.named = false;
      this.#write(start, Math.min(end + 1, this.#text.length), QUOTED);
      return;
    }
    if ((frame.isList || NAMES_NAME.test(key)) && value.length <= 64 && this.#scan.isSecretKey(value)) {
      // and on: what names a secret may be one itself, as in "password=x"
      frame.named = true;
    }
    const redacted = this.#scan.redactString(value);
    if (redacted === value) return;
    const quoted = JSON.stringify(redacted);
    this.#write(start, Math.min(end + 1, this.#text.length), end < this.#text.length ? quoted : quoted.slice(0, -1));
  }

  /** A key was read: its value, if it is a secret, is replaced at once. */
  #keyIs(key: string, colon: number): void {
    const frame = this.#frame();
    const node = stepInto(frame.node, key);
    this.#at = colon + 1;
    const sensitive = node?.whole === true;
    if (sensitive || this.#scan.isSecretKey(key) || (frame.named && NAMES_VALUE.test(key))) {
      this.#replaceValue(this.#skipBlanks(this.#at), sensitive);
      this.#node = false;
      return;
    }
    this.#node = node;
    this.#key = key;
  }

  #replaceValue(start: number, sensitive = false): void {
    const end = valueEnd(this.#text, start);
    const raw = this.#text.slice(start, end);
    this.#at = Math.max(end, start);
    if (raw === "" || raw === "null") return;
    if (sensitive && !/^[{[]/.test(raw)) this.#scan.onSensitive?.(decodeString(raw.replace(/^["']|["']$/g, "")));
    this.#write(start, end, QUOTED);
  }

  #literal(): void {
    LITERAL.lastIndex = this.#at;
    const literal = LITERAL.exec(this.#text)?.[0] ?? this.#text[this.#at] ?? " ";
    this.#at += literal.length;
    const colon = this.#colonAfter(this.#at);
    if (colon >= 0) {
      this.isJson = false;
      this.#keyIs(literal, colon);
      return;
    }
    if (!VALID_LITERAL.test(literal)) this.isJson = false;
    this.#takeNode();
  }

  #write(start: number, end: number, replacement: string): void {
    this.#out += this.#text.slice(this.#copied, start) + replacement;
    this.#copied = end;
  }

  #frame(): Frame {
    return this.#frames.at(-1) ?? { isList: true, node: undefined, named: false };
  }

  /** The place of a value in the tree of sensitive paths: of its key, or of the list it is in. */
  #takeNode(): SensitiveNode | undefined {
    const node = this.#node === false ? this.#frame().node : this.#node;
    this.#node = false;
    return node;
  }

  #skipBlanks(from: number): number {
    let at = from;
    while (at < this.#text.length && /\s/.test(this.#text[at] ?? "")) at += 1;
    return at;
  }

  #colonAfter(from: number): number {
    const at = this.#skipBlanks(from);
    return this.#text[at] === ":" ? at : -1;
  }
}

/** The place of the closing quote; the text's length when it is cut. */
function stringEnd(text: string, start: number, quote: string): number {
  for (let at = text.indexOf(quote, start + 1); at >= 0; at = text.indexOf(quote, at + 1)) {
    let before = at;
    while (text[before - 1] === "\\") before -= 1;
    if ((at - before) % 2 === 0) return at;
  }
  return text.length;
}

/** Right after a value of any kind; the text's length when it is cut. */
function valueEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at] ?? "";
    if (character === '"' || character === "'") at = stringEnd(text, at, character);
    else if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") depth -= 1;
    else if (depth > 0 || !/[,\n]/.test(character)) continue;
    else return at;
    if (depth < 0) return at;
    if (depth === 0) return Math.min(at + 1, text.length);
  }
  return text.length;
}

function decodeString(raw: string): string {
  if (!raw.includes("\\")) return raw;
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    return raw.replace(ESCAPE, (whole, hex: string | undefined, code: string | undefined) => {
      if (hex !== undefined || code !== undefined) return String.fromCharCode(Number.parseInt(hex ?? code ?? "", 16));
      return SIMPLE_ESCAPES[whole[1] ?? ""] ?? whole.slice(1);
    });
  }
}

const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|[\s\S])/g;
const SIMPLE_ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };
