import { REDACTED, type RedactRules } from "./redact-rules.ts";

/**
 * A text without the values of what it prints as pairs: `password=x`, `"token": "x"`, `apiKey: 'x'`,
 * `Authorization: Bearer x`, `--password x`, `<secret>x</secret>`, at any depth of escaping. It looks at secret names
 * only, and reads on from each, so that the work grows with the length of the text and with nothing else.
 */
export function redactPairs(text: string, rules: RedactRules): string {
  const { words } = rules;
  words.lastIndex = 0;
  let out = "";
  let done = 0;
  for (let found = words.exec(text); found; found = words.exec(text)) {
    const key = keyAround(text, found.index, words.lastIndex, done);
    const value = rules.isSecretKey(key.name) ? valueAfter(text, key) : undefined;
    if (value === undefined) {
      words.lastIndex = Math.max(key.end, found.index + 1);
      continue;
    }
    if (value.end > value.start && !EMPTY.test(text.slice(value.start, value.end))) {
      out += text.slice(done, value.start) + REDACTED;
      done = value.end;
    }
    words.lastIndex = Math.max(value.end, key.end);
  }
  return out + text.slice(done);
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Nothing to hide, or hidden already. */
const EMPTY = /^(?:null|undefined|none|nil|true|false|\[redacted\].*)?$/i;

const KEY_CHARS_MAX = 100;
const KEY_CHARACTER = /[\w$.-]/;

/** The whole name that a word is part of. */
function keyAround(text: string, from: number, to: number, floor: number): Range & { readonly name: string } {
  let start = from;
  while (start > Math.max(floor, from - KEY_CHARS_MAX) && KEY_CHARACTER.test(text[start - 1] ?? "")) start -= 1;
  const end = matchAt(REST_OF_KEY, text, to);
  return { start, end, name: text.slice(start, end).replace(/^[-.]+/, "") };
}

const REST_OF_KEY = /[\w$]{0,100}(?:[-.][\w$]{1,100}){0,8}/y;
const COLOR = "\\x1b\\[[0-9;]*m";
/** What ends a quoted name, and the sign between it and its value. */
const SEPARATOR = new RegExp(
  `(?:\\\\*["'\`\\]]|%(?:25){0,3}(?:22|27|5d)|${COLOR}){0,8}[ \\t]{0,20}(?:=>|->|[:=：]{1,3}|%(?:25){0,3}3[ad]|\\\\{1,4}u003d|[\\t│])(?:${COLOR}|[ \\t]){0,20}(?:\\r?\\n[ \\t]{0,40}(?=["'\`]))?`,
  "iy",
);
const BLANKS = /[ \t=]{1,20}/y;
const TAG_END = /[^<>]{0,100}>/y;
const NAMED_TAG_END = /["'][^<>]{0,100}>/y;
const CDATA = /\s{0,20}<!\[CDATA\[/y;
const QUOTE = /["']/;
const SAID = /(?:pass(?:word|wd|phrase)|api[-_. ]?key)$/i;
/** What stands before a name that is itself a value. */
const NAMING = /\b(?:name|key|header|field|param)["']?[ \t]{0,4}[:=][ \t]{0,4}["']?$/i;
const NAMING_CHARS_MAX = 20;
const NAMED_VALUE = /["']?[ \t]{0,4}[,;]?\s{0,40}["']?val(?:ue)?["']?[ \t]{0,4}[:=][ \t]{0,4}/iy;
/** The end of the head of a part of a multipart form. */
const PART_END = /["']?[^\n]{0,100}\r?\n(?:[\w-]{1,40}:[^\n]{0,200}\r?\n)?\r?\n/y;
const OPENER = /[bBrRuUfF]{0,2}(\\*)(["'`])/y;
const BARE = /[^\s&"'`<>]*/y;
const TO_LINE_END = /[^\r\n"'`]*/y;
const CREDENTIALS = /(?:digest|aws4-hmac-sha256)\b[^\r\n'`]*|(?:[a-z][\w-]{0,30} +)?[^\s"'`,;&<>]*/iy;

/** Where the value of a name stands; undefined when the name is only mentioned. */
function valueAfter(text: string, key: Range & { readonly name: string }): Range | undefined {
  const separated = matchAt(SEPARATOR, text, key.end);
  if (separated > key.end) return valueAt(text, separated, key.name);
  if (text[key.start - 1] === "<" || text[key.start - 1] === ":") return contentAfter(text, key.end, TAG_END);
  const blanks = matchAt(BLANKS, text, key.end);
  if (text.startsWith("--", key.start)) return blanks > key.end ? valueAt(text, blanks, key.name) : undefined;
  // SQL's PASSWORD 'x'; who speaks of a token or a secret quotes other things
  if (blanks > key.end && QUOTE.test(text[blanks] ?? "") && SAID.test(key.name)) return valueAt(text, blanks, key.name);
  return namedValueAfter(text, key);
}

/** The value beside a name: `name="password" value="x"`, `name: PASSWORD, value: x`, and a form's part. */
function namedValueAfter(text: string, key: Range): Range | undefined {
  if (!NAMING.test(text.slice(Math.max(0, key.start - NAMING_CHARS_MAX), key.start))) return undefined;
  const start = matchAt(NAMED_VALUE, text, key.end);
  if (start > key.end) return valueAt(text, start, "");
  const part = matchAt(PART_END, text, key.end);
  if (part > key.end) return { start: part, end: matchAt(TO_LINE_END, text, part) };
  return contentAfter(text, key.end, NAMED_TAG_END);
}

/** What an element holds, from its name or from an attribute on. */
function contentAfter(text: string, at: number, tagEnd: RegExp): Range | undefined {
  const end = matchAt(tagEnd, text, at);
  if (end === at) return undefined;
  const start = matchAt(CDATA, text, end);
  return { start, end: indexOr(text, start > end ? "]]>" : "<", start) };
}

function valueAt(text: string, at: number, name: string): Range {
  OPENER.lastIndex = at;
  const opener = OPENER.exec(text);
  if (opener) {
    const [whole, escapes = "", quote = '"'] = opener;
    const start = at + whole.length;
    return { start, end: closing(text, start, quote, escapes.length) };
  }
  const form = /cookie/i.test(name) ? TO_LINE_END : /authorization/i.test(name) ? CREDENTIALS : BARE;
  const end = matchAt(form, text, at);
  if (form !== BARE || text.startsWith(REDACTED, at)) return { start: at, end };
  return { start: at, end: at + text.slice(at, end).replace(/[,;)\]}]+$/, "").length };
}

/** Where a string ends that was opened by a quote after so many backslashes: at one after no more of them. */
function closing(text: string, start: number, quote: string, escapes: number): number {
  for (let at = text.indexOf(quote, start); at >= 0; at = text.indexOf(quote, at + 1)) {
    let before = at;
    while (before > start && text[before - 1] === "\\") before -= 1;
    if (at - before <= escapes) return before;
  }
  return text.length;
}

/** Where a sticky form that begins at a place ends; the place itself when it does not match. */
function matchAt(form: RegExp, text: string, at: number): number {
  form.lastIndex = at;
  return form.test(text) ? form.lastIndex : at;
}

function indexOr(text: string, what: string, from: number): number {
  const at = text.indexOf(what, from);
  return at < 0 ? text.length : at;
}
