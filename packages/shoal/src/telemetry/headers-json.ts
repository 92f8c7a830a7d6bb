import type { ReplyHeaders } from "../core/message.ts";
import { HEADERS_MAX, isFlat, ofHead, type RawHeaders, VALUE_CHARS_MAX } from "./capture-headers.ts";
import { jsonText } from "./json-text.ts";
import { createKnownTexts, type KnownTexts } from "./known-texts.ts";
import { REDACTED, type RedactRules } from "./redact-rules.ts";
import { redactText } from "./redact-text.ts";

/** Headers as JSON, and what of them tells how to read the body. */
export interface HeadersJson {
  readonly json: string;
  /** Undefined when there is none. */
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
}

/** What is known of a header from its name. */
interface KnownName {
  readonly name: string;
  /** The JSON of a header of this name, from its value. */
  readonly json: KnownTexts;
}

const NAMES_MAX = 200;
/** Enough for hosts, types and agents; a value that changes each time is not worth remembering. */
const VALUES_MAX = 16;
let known = new Map<string, KnownName>();
let knownRules: RedactRules | undefined;

/** What `redactHeaders` of `headerList` says, as JSON. The headers of one request are nearly those of the one before. */
export function headersJson(raw: RawHeaders, rules: RedactRules): HeadersJson {
  if (knownRules !== rules) known = new Map();
  knownRules = rules;
  const made: Growing = { json: "", contentType: undefined, contentEncoding: undefined, count: 0 };
  if (typeof raw === "string") for (const [name, value] of ofHead(raw)) add(made, name, value, rules);
  else if (isFlat(raw)) for (let at = 0; at + 1 < raw.length; at += 2) add(made, raw[at], raw[at + 1], rules);
  else addRecord(made, raw, rules);
  return made;
}

interface Growing {
  json: string;
  contentType: string | undefined;
  contentEncoding: string | undefined;
  count: number;
}

function addRecord(made: Growing, record: ReplyHeaders, rules: RedactRules): void {
  for (const name in record) {
    const value = record[name];
    if (typeof value === "string") add(made, name, value, rules);
    else if (Array.isArray(value)) for (const one of value) add(made, name, one, rules);
    else if (value !== undefined) add(made, name, value, rules);
  }
}

function add(made: Growing, givenName: unknown, givenValue: unknown, rules: RedactRules): void {
  if (made.count >= HEADERS_MAX) return;
  const { name, json } = knownName(String(givenName), rules);
  const value = String(givenValue);
  made.json += made.count === 0 ? json(value) : `,${json(value)}`;
  made.count += 1;
  if (name === "content-type") made.contentType ??= value;
  else if (name === "content-encoding") made.contentEncoding ??= value;
}

function knownName(given: string, rules: RedactRules): KnownName {
  const before = known.get(given);
  if (before) return before;
  const name = given.toLowerCase();
  const head = `[${jsonText(name)},`;
  const hidden = `${head}${jsonText(REDACTED)}]`;
  const json = rules.isSecretKey(name)
    ? () => hidden
    : createKnownTexts(
        (value) => `${head}${jsonText(redactText(value.slice(0, VALUE_CHARS_MAX), rules))}]`,
        VALUES_MAX,
      );
  const made = { name, json };
  if (known.size < NAMES_MAX && given.length <= NAME_CHARS_MAX) known.set(given, made);
  return made;
}

const NAME_CHARS_MAX = 100;
