import type { AnsiPart } from "./ansi.ts";

/** A part of a line, marked when a word of the search is in it. */
export interface MarkedPart extends AnsiPart {
  readonly marked: boolean;
}

const WORDS_MAX = 50;

/** What a full-text search looks for, in lower case; words that must not be there are left out. */
export function searchedWords(query: string | undefined): readonly string[] {
  return [...(query ?? "").matchAll(/(-?)(?:"([^"]*)"|(\S+))/g)]
    .filter(([, minus]) => minus === "")
    .map(([, , phrase, word = ""]) => (phrase ?? word.replace(/\*$/, "")).toLowerCase())
    .filter((word) => word !== "")
    .slice(0, WORDS_MAX);
}

/** Marks each occurrence of a word, whatever its case, also where colours change in the middle of one. */
export function markWords(parts: readonly AnsiPart[], words: readonly string[]): readonly MarkedPart[] {
  const text = parts.map((part) => part.text).join("");
  const ranges = rangesOf(text, words);
  if (ranges.length === 0) return parts.map((part) => ({ ...part, marked: false }));
  let start = 0;
  return parts.flatMap((part) => {
    const pieces = cut(part, start, ranges);
    start += part.text.length;
    return pieces;
  });
}

type Range = readonly [start: number, end: number];

function rangesOf(text: string, words: readonly string[]): readonly Range[] {
  const lower = text.toLowerCase();
  // Some letters grow when they are made small: then places would be wrong.
  if (lower.length !== text.length) return [];
  const found: Range[] = [];
  for (const word of words) {
    for (let at = lower.indexOf(word); at >= 0; at = lower.indexOf(word, at + word.length)) {
      found.push([at, at + word.length]);
    }
  }
  return merge(found.sort(([left], [right]) => left - right));
}

function merge(sorted: readonly Range[]): readonly Range[] {
  const merged: Range[] = [];
  for (const [start, end] of sorted) {
    const last = merged.at(-1);
    if (last && start <= last[1]) merged[merged.length - 1] = [last[0], Math.max(last[1], end)];
    else merged.push([start, end]);
  }
  return merged;
}

function cut(part: AnsiPart, offset: number, ranges: readonly Range[]): readonly MarkedPart[] {
  const pieces: MarkedPart[] = [];
  let at = 0;
  const push = (to: number, marked: boolean) => {
    if (to > at) pieces.push({ text: part.text.slice(at, to), classes: part.classes, marked });
    at = Math.max(at, to);
  };
  for (const [start, end] of ranges) {
    if (end <= offset || start >= offset + part.text.length) continue;
    push(Math.max(0, start - offset), false);
    push(Math.min(part.text.length, end - offset), true);
  }
  push(part.text.length, false);
  return pieces;
}
