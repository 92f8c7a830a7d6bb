import type { LogLevel } from "../api/schemas/logs.ts";
import type { LogEntryQuery } from "./history.ts";
import { LOG_LEVELS } from "./log-line.ts";
import { tagOf } from "./tag.ts";

/**
 * What the column `tags` of `log_words` says of a line, as words that its tokenizer leaves alone. So the full-text
 * index answers "errors of this service with this word" by itself, without looking at each line with the word.
 */
export function logTags(line: {
  readonly run: number;
  readonly service: string;
  readonly instance: string;
  readonly stream: string;
  readonly level: LogLevel;
}): string {
  return [
    `r${line.run}`,
    tagWord("s", line.service),
    tagWord("i", line.instance),
    `k${line.stream}`,
    `l${LOG_LEVELS.indexOf(line.level)}`,
  ].join(" ");
}

function tagWord(prefix: string, text: string): string {
  return prefix + tagOf(text).toString(36);
}

/** Words of one search; the rest is left out. */
const WORDS_MAX = 30;
const HAS_LETTERS = /[\p{L}\p{N}\p{Co}]/u;
/** More than what has a meaning here. */
const HAS_SIGNS = /[^\s"*-]/u;

/**
 * The query in FTS5's language; "" when it asks for nothing that the index knows. What the user wrote only ever becomes
 * quoted strings, so nothing in it is a syntax error.
 * @see https://www.sqlite.org/fts5.html#full_text_query_syntax
 */
export function matchOf(query: LogEntryQuery, run: number | undefined): string {
  const { wanted, unwanted } = wordsOf(query.text ?? "");
  const tags = [
    ...(run === undefined ? [] : [`r${run}`]),
    ...(query.service === undefined ? [] : [tagWord("s", query.service)]),
    ...(query.instance === undefined ? [] : [tagWord("i", query.instance)]),
    ...(query.stream === undefined ? [] : [`k${query.stream.replace(/[^a-z]/g, "")}`]),
  ].map((tag) => `"${tag}"`);
  const levels = levelsFrom(query.level);
  // A list of unwanted words only takes something away: there must be something it is taken from.
  const needsAll = unwanted.length > 0 && tags.length === 0 && wanted.length === 0;
  const anyLevel = needsAll && levels.length === 0 ? LOG_LEVELS.map((_, index) => index) : levels;
  if (anyLevel.length > 0) tags.push(`(${anyLevel.map((level) => `"l${level}"`).join(" OR ")})`);
  const parts = [...wanted.map((word) => `text : ${word}`), ...tags.map((tag) => `tags : ${tag}`)];
  const without = unwanted.map((word) => ` NOT text : ${word}`).join("");
  return parts.length === 0 ? "" : `(${parts.join(" AND ")})${without}`;
}

function levelsFrom(level: string | undefined): readonly number[] {
  const least = LOG_LEVELS.indexOf(level as LogLevel);
  return least <= 0 ? [] : LOG_LEVELS.map((_, index) => index).slice(least);
}

/** What a person wrote, read. */
export interface SearchWords {
  /** As FTS5's strings: words, "phrases" and prefix*. */
  readonly wanted: readonly string[];
  /** Likewise, of what came after a "-". */
  readonly unwanted: readonly string[];
  /** Signs such as "→", which no index knows: to be found as they are, when there is nothing else. */
  readonly signs: readonly string[];
}

/** What a person wrote: words, "phrases", prefix*, and -unwanted ones. Pure. */
export function wordsOf(text: string): SearchWords {
  const wanted: string[] = [];
  const unwanted: string[] = [];
  const signs: string[] = [];
  const found = text.replaceAll("\0", " ").matchAll(/(?<![^\s])(-?)(?:"([^"]*)"?|(\S+))/gu);
  for (const [, minus, phrase, word = ""] of found) {
    const isPrefix = phrase === undefined && word.endsWith("*");
    const content = (phrase ?? (isPrefix ? word.slice(0, -1) : word)).replaceAll('"', " ").trim();
    if (!HAS_LETTERS.test(content)) {
      if (minus === "" && HAS_SIGNS.test(content)) signs.push(content);
      continue;
    }
    const term = `"${content}"${isPrefix ? "*" : ""}`;
    if (minus === "-") unwanted.push(term);
    else wanted.push(term);
    if (wanted.length + unwanted.length >= WORDS_MAX) break;
  }
  const isAll = wanted.length + unwanted.length === 0;
  return { wanted, unwanted, signs: isAll ? signs.slice(0, WORDS_MAX) : [] };
}

/** Whether a line would be found by the index: the same words, without it. */
export function textMatcher({ wanted, unwanted, signs }: SearchWords): (text: string) => boolean {
  const [must, mustNot] = [wanted, unwanted].map((terms) => terms.map(soughtIn));
  return (text) => {
    if (!signs.every((sign) => text.includes(sign))) return false;
    if (wanted.length + unwanted.length === 0) return true;
    const words = ` ${tokens(text)} `;
    return must?.every((one) => words.includes(one)) === true && mustNot?.some((one) => words.includes(one)) === false;
  };
}

/** As it stands among the words of a line, with a space before each and after the last. */
function soughtIn(term: string): string {
  const isPrefix = term.endsWith("*");
  return ` ${tokens(term)}${isPrefix ? "" : " "}`;
}

/** A text's words as FTS5's unicode61 tells them apart: letters and digits, without case and diacritics. */
function tokens(text: string): string {
  // All of ASCII, as most lines are: in a fraction of the time.
  if (/^[\0-\x7f]*$/.test(text))
    return text
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, " ")
      .trim();
  return text
    .normalize("NFD")
    .replace(/\p{M}+/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{Co}]+/gu, " ")
    .trim();
}
