import type { ExchangeDetail } from "../api/types.ts";
import { indentJson, indentMarkup } from "./body-view-indent.ts";
import { jsonLinesIn, serverEventsIn } from "./body-view-lines.ts";
import { jsonIn } from "./json-in.ts";

/** A body as it was recorded, or as a reply brought it. */
export type ViewedBody = ExchangeDetail["request"]["body"];

/** How a body can be shown: always as text, never as what it claims to be, but for pictures that can do nothing. */
export type BodyContent =
  | { readonly kind: "empty" }
  | { readonly kind: "absent" }
  | { readonly kind: "json"; readonly value: unknown; readonly pretty: string }
  | { readonly kind: "form"; readonly fields: readonly (readonly [name: string, value: string])[] }
  | { readonly kind: "image"; readonly source: string }
  /** `pretty` where lines and indents make it easier to read. */
  | { readonly kind: "text"; readonly pretty?: string }
  | { readonly kind: "binary" };

/** Rasters only: an SVG is a document that can hold scripts and links. */
const RASTERS = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

/** What a body is, by its type and, where that says nothing, by its looks. */
export function bodyContentOf(body: ViewedBody, contentType: string): BodyContent {
  if (body.bytes === 0 && body.text === "") return { kind: "empty" };
  if (body.text === "") return { kind: "absent" };
  const type = mediaTypeOf(contentType);
  if (body.encoding === "base64") {
    const isWhole = RASTERS.has(type) && !body.truncated;
    return isWhole ? { kind: "image", source: `data:${type};base64,${body.text}` } : { kind: "binary" };
  }
  if (type === "application/x-www-form-urlencoded") {
    return { kind: "form", fields: [...new URLSearchParams(body.text)] };
  }
  return jsonContentOf(body, type) ?? markupContentOf(body.text, type) ?? { kind: "text" };
}

/** "application/json" of "Application/JSON; charset=utf-8". */
export function mediaTypeOf(contentType: string): string {
  return (contentType.split(";")[0] ?? "").trim().toLowerCase();
}

/** A header's first value, "" without; names are compared in lower case. */
export function headerOf(headers: readonly (readonly [string, string])[], name: string): string {
  return headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? "";
}

/** One value, the lines of many, or the events of a stream. */
function jsonContentOf({ text, truncated }: ViewedBody, type: string): BodyContent | undefined {
  if (type === "text/event-stream") return listOf(serverEventsIn(text));
  if (/ndjson|jsonl|json-?lines|json-seq/.test(type)) {
    const values = jsonLinesIn(text, truncated);
    return values && listOf(values);
  }
  const claims = /[/+]json$/.test(type);
  if (!claims && !/^\s*[{[]/.test(text)) return undefined;
  const value = jsonIn(text);
  if (value !== undefined) return { kind: "json", value, pretty: JSON.stringify(value, null, 2) };
  return claims && truncated ? { kind: "text", pretty: indentJson(text) } : undefined;
}

function listOf(values: readonly unknown[]): BodyContent | undefined {
  if (values.length === 0) return undefined;
  return { kind: "json", value: values, pretty: values.map((value) => JSON.stringify(value, null, 2)).join("\n") };
}

function markupContentOf(text: string, type: string): BodyContent | undefined {
  const isHtml = /^(text\/html|application\/xhtml\+xml)$/.test(type);
  if (!isHtml && !/[/+]xml$/.test(type)) return undefined;
  return { kind: "text", pretty: indentMarkup(text, isHtml) };
}
