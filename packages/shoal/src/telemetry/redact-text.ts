import { scanJson } from "./redact-json.ts";
import { redactPairs } from "./redact-pairs.ts";
import { decodePart, encodePart, scanQuery } from "./redact-query.ts";
import { processRedactRules, REDACTED, type RedactRules } from "./redact-rules.ts";
import type { SensitiveNode } from "./redact-sensitive.ts";
import { redactValues } from "./redact-values.ts";

/** Text in JSON in text and so on: what is deeper than this is hidden whole. */
const NESTED_MAX = 6;

/**
 * Any text, such as a line that a process printed, without the secrets in it: what follows a secret name in JSON,
 * `name=value`, `name: value`, `--name value`, `<name>value</name>`, in URLs and forms, and what looks like a secret
 * by itself. A text without a suspicious word, which is nearly every one, costs one search. Never throws.
 * @param nested How many texts this one is inside of.
 */
export function redactText(text: string, rules: RedactRules = processRedactRules(), nested = 0): string {
  if (!rules.isSuspicious(text)) return text;
  if (nested > NESTED_MAX) return REDACTED;
  const json = text.search(START_OF_JSON);
  if (json < 0) return redactPlain(text, rules, nested);
  const { text: redacted, isJson } = redactJson(text.slice(json), { rules, nested });
  return json === 0 && isJson ? redacted : redactPlain(text.slice(0, json) + redacted, rules, nested);
}

/** Where JSON, or what is printed like it, may begin. */
const START_OF_JSON = /[{[]\s*["'{[\w]|^\s*"/;

function redactPlain(text: string, rules: RedactRules, nested: number): string {
  const inUrls = (part: string) => redactUrl(part, rules, nested);
  const urls = text.includes("://") ? text.replace(URLS, inUrls) : text;
  return redactValues(redactPairs(urls.includes("%") ? redactEncoded(urls, inUrls) : urls, rules));
}

const URLS = /[a-z][a-z0-9+.-]{0,20}:\/\/[^\s"'`<>\\]+/gi;

/** Queries whose names, and URLs that as a whole, are percent-encoded. */
function redactEncoded(text: string, redactPart: (part: string) => string): string {
  return text.replace(ENCODED_QUERIES, redactPart).replace(ENCODED_URLS, (url) => {
    const decoded = decodePart(url);
    const redacted = redactPart(decoded);
    return redacted === decoded ? url : encodePart(redacted);
  });
}

const ENCODED_QUERIES = /[?#][^\s"'`<>\\]*%[^\s"'`<>\\]*/g;
const ENCODED_URLS = /[a-z][a-z0-9+.-]{0,20}%3a%2f%2f[^\s"'`<>\\&]+/gi;

/**
 * A URL, or a path with its query, that is safe to write: without user and password, and without the values of
 * parameters, in query or fragment, whose names are secret. Everything else stays as it is, character by character.
 */
export function redactUrl(url: string, rules: RedactRules = processRedactRules(), nested = 0): string {
  if (!rules.isSuspicious(url)) return url;
  const start = url.search(/[?#]/);
  if (start < 0) return redactPath(url, rules);
  return redactPath(url.slice(0, start), rules) + redactParameters(url.slice(start), { rules, nested });
}

/** A path has parameters too: "/cart;jsessionid=x" (RFC 3986, 3.3). */
function redactPath(path: string, rules: RedactRules): string {
  const pieces = path.includes("=") ? path.split(/(?=[;/])/) : [path];
  return redactValues(pieces.map((piece) => redactPairs(piece, rules)).join(""));
}

export interface RedactOptions {
  readonly rules: RedactRules;
  /** How many texts this one is inside of. Default 0. */
  readonly nested?: number;
}

/** Query and fragment, each with its mark: "?a=1#b=2". */
export function redactParameters(
  text: string,
  { rules, nested = 0, isSensitive }: RedactOptions & { readonly isSensitive?: (name: string) => boolean },
): string {
  const redactString = (value: string) => redactText(value, rules, nested + 1);
  return text.replace(
    /([?#])([^?#]*)/g,
    (_, mark: string, pairs: string) => mark + scanQuery(pairs, { rules, isSensitive, redactString }),
  );
}

export interface RedactJsonOptions extends RedactOptions {
  /** The contract's sensitive places in the value. Default: none. */
  readonly sensitive?: SensitiveNode | undefined;
  /** Gets what stood at sensitive places, decoded, when it is a string or a number. */
  readonly onSensitive?: ((value: string) => void) | undefined;
}

/**
 * JSON text without the values of secret names and sensitive places, otherwise as it was, character by character. It
 * need not be whole nor valid: what is cut is redacted up to its end, several values after one another (JSON lines)
 * are read on, and names without quotes count too.
 * @returns `isJson` false when something in it was no JSON, so that it should be looked at as plain text as well.
 */
export function redactJson(
  text: string,
  { rules, sensitive, onSensitive, nested = 0 }: RedactJsonOptions,
): { readonly text: string; readonly isJson: boolean } {
  if (sensitive?.whole) return { text: JSON.stringify(REDACTED), isJson: true };
  if (!sensitive && !rules.isSuspicious(text)) return { text, isJson: true };
  return scanJson(text, {
    isSecretKey: rules.isSecretKey,
    sensitive,
    onSensitive,
    redactString: (value) => redactText(value, rules, nested + 1),
  });
}
