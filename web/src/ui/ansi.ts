import { paletteIndex, paletteOf256, paletteOfRgb } from "./ansi-palette.ts";

/** A stretch of a line that looks the same: class names of ansi.module.css, such as "bold", "fg1", "bg12". */
export interface AnsiPart {
  readonly text: string;
  readonly classes: readonly string[];
}

const ESC = "\u001b";
/** CSI with its parameters and final byte; operating-system and device strings; other escapes; lone control characters. */
const ESCAPES = new RegExp(
  [
    `(?:${ESC}\\[|\u009b)([0-9:;<=>?]*)[ -/]*([@-~])?`,
    `(?:${ESC}[\\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007${ESC}\u009c]*(?:\u0007|${ESC}\\\\|\u009c)?`,
    `${ESC}[ -/]*[0-~]?`,
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f]",
  ].join("|"),
  "g",
);

/**
 * Colours and weights of a text with escape codes, as ECMA-48 and xterm have them (SGR with 16, 256 and true colours).
 * All colours come from a palette of 16 that both themes can show; every other escape and control character but tab
 * and line break is left out. The result is text only: nothing in it is markup.
 */
export function parseAnsi(text: string): readonly AnsiPart[] {
  if (!hasEscapes(text)) return text === "" ? [] : [{ text, classes: [] }];
  const parts: AnsiPart[] = [];
  const style = new Map<string, string>();
  let from = 0;
  const push = (to: number) => {
    if (to > from) append(parts, text.slice(from, to), classesOf(style));
  };
  for (const match of text.matchAll(ESCAPES)) {
    push(match.index);
    from = match.index + match[0].length;
    if (match[2] === "m") applySgr(style, match[1] ?? "");
  }
  push(text.length);
  return parts;
}

/** The text without escape codes. */
export function stripAnsi(text: string): string {
  return hasEscapes(text) ? text.replace(ESCAPES, "") : text;
}

function hasEscapes(text: string): boolean {
  return text.search(ESCAPES) >= 0;
}

function append(parts: AnsiPart[], text: string, classes: readonly string[]): void {
  const last = parts.at(-1);
  if (last && last.classes.join() === classes.join()) parts[parts.length - 1] = { text: last.text + text, classes };
  else parts.push({ text, classes });
}

/** With inverse, the colours change places. */
function classesOf(style: ReadonlyMap<string, string>): readonly string[] {
  if (!style.has("inverse")) return [...style.values()];
  const front = style.get("fg")?.slice(2);
  const back = style.get("bg")?.slice(2);
  const rest = [...style]
    .filter(([key]) => key !== "fg" && key !== "bg" && key !== "inverse")
    .map(([, value]) => value);
  if (front === undefined && back === undefined) return [...rest, "fgPage", "bgText"];
  return [...rest, ...(back === undefined ? [] : [`fg${back}`]), ...(front === undefined ? [] : [`bg${front}`])];
}

const WEIGHTS: Readonly<Record<number, string>> = {
  1: "bold",
  2: "dim",
  3: "italic",
  4: "underline",
  7: "inverse",
  9: "strike",
};
const ENDS: Readonly<Record<number, readonly string[]>> = {
  22: ["bold", "dim"],
  23: ["italic"],
  24: ["underline"],
  27: ["inverse"],
  29: ["strike"],
  39: ["fg"],
  49: ["bg"],
};

function applySgr(style: Map<string, string>, parameters: string): void {
  if (/[<=>?]/.test(parameters)) return;
  const codes = parameters.split(";");
  for (let at = 0; at < codes.length; at += 1) {
    const [code = 0, ...sub] = (codes[at] ?? "").split(":").map(Number);
    if (code === 38 || code === 48) at += applyColor(style, code, sub, codes.slice(at + 1, at + 5).map(Number));
    else if (code === 4 && sub[0] === 0) style.delete("underline");
    else applyCode(style, code);
  }
}

/** After 38 or 48: "5;n" or "2;r;g;b", or the same with colons. Gives how many of the following codes it used. */
function applyColor(
  style: Map<string, string>,
  code: number,
  sub: readonly number[],
  following: readonly number[],
): number {
  const isInline = sub.length > 0;
  const [kind, ...values] = isInline ? sub : following;
  const color = kind === 5 ? paletteOf256(values[0] ?? 0) : kind === 2 ? trueColor(values, isInline) : undefined;
  if (color !== undefined) setColor(style, code === 38 ? "fg" : "bg", color);
  if (isInline) return 0;
  return kind === 5 ? 2 : kind === 2 ? 4 : 0;
}

/** With colons there may be the id of a colour space before red. */
function trueColor(values: readonly number[], isInline: boolean): number | undefined {
  const [red = 0, green = 0, blue = 0] = isInline && values.length > 3 ? values.slice(1) : values;
  return paletteOfRgb(red, green, blue);
}

function applyCode(style: Map<string, string>, code: number): void {
  const weight = WEIGHTS[code];
  if (code === 0) style.clear();
  else if (weight !== undefined) style.set(weight, weight);
  for (const key of ENDS[code] ?? []) style.delete(key);
  const color = paletteIndex(code);
  if (color) setColor(style, color.place, color.index);
}

function setColor(style: Map<string, string>, place: "fg" | "bg", index: number): void {
  style.set(place, `${place}${index}`);
}
