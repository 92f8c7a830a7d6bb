import { jsonIn } from "./json-in.ts";

/**
 * The values of a text with one on each line (NDJSON, JSON lines); undefined when a line is none, but for the last of a
 * text that was cut.
 */
export function jsonLinesIn(text: string, isCut: boolean): readonly unknown[] | undefined {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const values: unknown[] = [];
  for (const [index, line] of lines.entries()) {
    const value = jsonIn(line);
    if (value === undefined && isCut && index === lines.length - 1) break;
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values.length === 0 ? undefined : values;
}

/**
 * The events of a stream (https://html.spec.whatwg.org/multipage/server-sent-events.html), data that is JSON as such;
 * comments, which keep a connection alive, are left out.
 */
export function serverEventsIn(text: string): readonly Readonly<Record<string, unknown>>[] {
  return text
    .replaceAll(/\r\n?/g, "\n")
    .split(/\n{2,}/)
    .map(eventOf)
    .filter((event) => Object.keys(event).length > 0);
}

function eventOf(block: string): Readonly<Record<string, unknown>> {
  const fields: Record<string, string> = {};
  for (const line of block.split("\n")) {
    const [, name = "", value = ""] = /^(event|id|retry|data)(?:: ?(.*))?$/.exec(line) ?? [];
    if (name !== "")
      fields[name] = name === "data" && fields["data"] !== undefined ? `${fields["data"]}\n${value}` : value;
  }
  const { data, ...rest } = fields;
  if (data === undefined) return rest;
  return { ...rest, data: jsonIn(data) ?? data };
}
