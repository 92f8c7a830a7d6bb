import type { TraceNode } from "./trace-tree.ts";

/** Of each span the text that a search looks in; made once for a trace, since making it takes longer than searching. */
export type SpanTexts = readonly { readonly id: string; readonly text: string }[];

/** The name, service, instance, status message, id and attributes of each span, in small letters. */
export function spanTexts(nodes: readonly TraceNode[]): SpanTexts {
  return nodes.map(({ id, span }) => {
    const attributes = Object.entries(span.attributes).map(([key, value]) => `${key}=${String(value)}`);
    const texts = [span.name, span.service, span.instance, span.statusMessage, span.spanId, ...attributes];
    return { id, text: texts.join("\n").toLowerCase() };
  });
}

/** Ids of the spans in which a text is found, in order; none for no text. */
export function findSpans(texts: SpanTexts, wanted: string): readonly string[] {
  const looked = wanted.trim().toLowerCase();
  return looked === "" ? [] : texts.filter(({ text }) => text.includes(looked)).map(({ id }) => id);
}
