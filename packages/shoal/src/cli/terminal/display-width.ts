import { stripVTControlCharacters } from "node:util";

/** East Asian wide and full-width blocks (Unicode UAX #11, the ranges that matter on terminals) and emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u;
const INVISIBLE = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]+$/u;
const ASCII = /^[\x20-\x7e]*$/;
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** Columns that a text takes on a terminal; escape sequences take none. */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(stripVTControlCharacters(text))) width += graphemeWidth(segment);
  return width;
}

function graphemeWidth(grapheme: string): number {
  if (INVISIBLE.test(grapheme)) return 0;
  return WIDE.test(grapheme) ? 2 : 1;
}

/** The text cut to `columns`, with "…" at the end when something is missing. Give it no escape sequences. */
export function truncate(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  if (columns <= 0) return "";
  let kept = "";
  let width = 0;
  for (const { segment } of graphemes.segment(text)) {
    const next = width + graphemeWidth(segment);
    if (next > columns - 1) break;
    kept += segment;
    width = next;
  }
  return `${kept}…`;
}

/** The text broken at spaces into lines of `columns`; the last of `linesMax` is cut. Give it no escape sequences. */
export function wrap(text: string, columns: number, linesMax: number): string[] {
  const lines: string[] = [];
  let rest = text.split(" ");
  while (rest.length > 0) {
    const isLast = lines.length === linesMax - 1;
    let taken = 1;
    while (taken < rest.length && (isLast || displayWidth(rest.slice(0, taken + 1).join(" ")) <= columns)) taken += 1;
    lines.push(truncate(rest.slice(0, taken).join(" "), columns));
    rest = rest.slice(taken);
  }
  return lines;
}

/** The text with spaces after (or before) it up to `columns`. */
export function pad(text: string, columns: number, align: "left" | "right" = "left"): string {
  const spaces = " ".repeat(Math.max(0, columns - displayWidth(text)));
  return align === "left" ? text + spaces : spaces + text;
}

/**
 * A line that a process printed, made safe for a terminal: escape sequences are dropped (they could move the cursor
 * or rename the window), tabs become two spaces, other control characters and broken UTF-8 become "·".
 */
export function printable(text: string): string {
  if (ASCII.test(text)) return text;
  return stripVTControlCharacters(text)
    .replaceAll("\t", "  ")
    .replace(/[\p{Cc}\p{Cs}\u{fffd}\u{2028}\u{2029}\u{202a}-\u{202e}\u{2066}-\u{2069}]/gu, "·");
}
