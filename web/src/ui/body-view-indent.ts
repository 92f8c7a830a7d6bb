/** Deeper than this nothing is indented further: the text would stand at the right edge. */
const DEPTH_MAX = 24;

/**
 * JSON with a line for each member, whole or cut anywhere: what of it is there keeps its order and its characters, and
 * only the spaces between change. For texts that JSON.parse does not take.
 */
export function indentJson(text: string): string {
  const out: string[] = [];
  let depth = 0;
  const line = () => out.push(`\n${"  ".repeat(Math.min(depth, DEPTH_MAX))}`);
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"?|[{}[\],:]|[^\s"{}[\],:]+/gsu)) {
    if (token === "{" || token === "[") {
      out.push(token);
      depth += 1;
      line();
    } else if (token === "}" || token === "]") {
      depth = Math.max(0, depth - 1);
      // An empty one stays on its line.
      if (out.at(-1)?.startsWith("\n") && /[{[]$/.test(out.at(-2) ?? "")) out.pop();
      else line();
      out.push(token);
    } else if (token === ",") {
      out.push(token);
      line();
    } else out.push(token === ":" ? ": " : token);
  }
  return out.join("").trimEnd();
}

/** Elements of HTML that are never closed. */
const VOID = /^(area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)$/i;
/** Whose text is no markup, and whose lines matter. */
const RAW = /^(script|style|pre|textarea)$/i;

/**
 * XML or HTML with a line for each element; an element that holds only text stays on one. What cannot be read as markup
 * is kept as it is.
 */
export function indentMarkup(text: string, isHtml: boolean): string {
  const lines: string[] = [];
  let depth = 0;
  let isOpenLine = false;
  const line = (content: string) => lines.push("  ".repeat(Math.min(depth, DEPTH_MAX)) + content);
  const add = (content: string) => {
    lines[lines.length - 1] += content;
  };
  for (const { kind, content, name } of partsOf(text, isHtml)) {
    if (kind === "close") {
      depth = Math.max(0, depth - 1);
      if (isOpenLine) add(content);
      else line(content);
      isOpenLine = false;
    } else if (kind === "text" && isOpenLine && !content.includes("\n")) add(content);
    else {
      line(content);
      isOpenLine = kind === "open" && !(isHtml && VOID.test(name));
      if (isOpenLine) depth += 1;
    }
  }
  return lines.join("\n");
}

interface Part {
  readonly kind: "open" | "close" | "text" | "other";
  readonly content: string;
  /** Of an element. */
  readonly name: string;
}

/** Tags, comments and the texts between; what is only space is left out. */
function partsOf(text: string, isHtml: boolean): readonly Part[] {
  const parts: Part[] = [];
  const push = (part: Part) => part.content !== "" && parts.push(part);
  const lower = isHtml ? text.toLowerCase() : "";
  let at = 0;
  while (at < text.length) {
    const begins = text.indexOf("<", at);
    const ends = begins < 0 ? -1 : endOfTag(text, begins);
    if (ends < 0) break;
    push({ kind: "text", content: text.slice(at, begins).trim(), name: "" });
    const part = partOf(text.slice(begins, ends));
    push(part);
    at = ends;
    if (isHtml && part.kind === "open" && RAW.test(part.name)) {
      const close = lower.indexOf(`</${part.name.toLowerCase()}`, at);
      const rest = close < 0 ? text.length : close;
      push({ kind: "text", content: text.slice(at, rest).trim(), name: "" });
      at = rest;
    }
  }
  push({ kind: "text", content: text.slice(at).trim(), name: "" });
  return parts;
}

function partOf(content: string): Part {
  const name = /^<\/?([\w:.-]+)/.exec(content)?.[1] ?? "";
  if (name === "") return { kind: "other", content, name };
  if (content.startsWith("</")) return { kind: "close", content, name };
  return { kind: content.endsWith("/>") ? "other" : "open", content, name };
}

/** Behind the ">" that ends it, which is none within quotes; -1 when nothing does. */
function endOfTag(text: string, begins: number): number {
  for (const [start, end] of [
    ["<!--", "-->"],
    ["<![CDATA[", "]]>"],
    ["<?", "?>"],
  ] as const) {
    if (text.startsWith(start, begins)) return behind(text, end, begins);
  }
  let quote = "";
  for (let at = begins; at < text.length; at += 1) {
    const char = text[at] ?? "";
    if (quote !== "") quote = char === quote ? "" : quote;
    else if (char === '"' || char === "'") quote = char;
    else if (char === ">") return at + 1;
  }
  return -1;
}

function behind(text: string, end: string, from: number): number {
  const found = text.indexOf(end, from);
  return found < 0 ? -1 : found + end.length;
}
