import type { ReplyHeaders } from "../core/message.ts";
import { REDACTED, type RedactRules } from "./redact-rules.ts";
import { redactText } from "./redact-text.ts";

/** Headers in whatever form is at hand: by name, Node's flat list of names and values, or the head as it went out. */
export type RawHeaders = ReplyHeaders | readonly string[] | string;
export type HeaderList = readonly (readonly [name: string, value: string])[];

export const HEADERS_MAX = 200;
export const VALUE_CHARS_MAX = 8_192;

/** Names in lower case; nothing is redacted yet. */
export function headerList(raw: RawHeaders): HeaderList {
  const list = typeof raw === "string" ? ofHead(raw) : isFlat(raw) ? ofFlatList(raw) : ofRecord(raw);
  return list.length <= HEADERS_MAX ? list : list.slice(0, HEADERS_MAX);
}

export function ofHead(head: string): HeaderList {
  return head
    .split("\r\n")
    .slice(1)
    .map((line) => [line, line.indexOf(":")] as const)
    .filter(([, colon]) => colon > 0)
    .map(([line, colon]) => [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]);
}

function ofFlatList(flat: readonly string[]): HeaderList {
  const list: [string, string][] = [];
  for (let at = 0; at + 1 < flat.length; at += 2) list.push([String(flat[at]).toLowerCase(), String(flat[at + 1])]);
  return list;
}

function ofRecord(record: ReplyHeaders): HeaderList {
  const list: [string, string][] = [];
  for (const name in record) {
    const value = record[name];
    if (Array.isArray(value)) for (const one of value) list.push([name.toLowerCase(), String(one)]);
    else if (value !== undefined) list.push([name.toLowerCase(), String(value)]);
  }
  return list;
}

export function isFlat(raw: ReplyHeaders | readonly string[]): raw is readonly string[] {
  return Array.isArray(raw);
}

/** The first value of a header; "" when there is none. */
export function valueIn(list: HeaderList, name: string): string {
  return list.find(([each]) => each === name)?.[1] ?? "";
}

/** The headers as they may be recorded. @param isSensitive Of the operation, beside those with a secret name. */
export function redactHeaders(
  list: HeaderList,
  rules: RedactRules,
  isSensitive?: (name: string, value: string) => boolean,
): HeaderList {
  if (isSensitive === undefined && !needsRedaction(list, rules)) return list;
  return list.map(([name, value]) => {
    if (rules.isSecretKey(name) || isSensitive?.(name, value)) return [name, REDACTED];
    return [name, redactText(value.length > VALUE_CHARS_MAX ? value.slice(0, VALUE_CHARS_MAX) : value, rules)];
  });
}

/** One search of all values together costs a fraction of one for each. */
function needsRedaction(list: HeaderList, rules: RedactRules): boolean {
  let all = "";
  for (const [name, value] of list) {
    if (value.length > VALUE_CHARS_MAX || rules.isSecretKey(name)) return true;
    all += `${value}\n`;
  }
  return rules.isSuspicious(all);
}
