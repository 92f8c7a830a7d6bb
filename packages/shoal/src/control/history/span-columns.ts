import type { Span, SpanKind, SpanStatus } from "../../telemetry/records.ts";

/** What a column's number stands for: appended to, never reordered. */
export const SPAN_KINDS: readonly SpanKind[] = ["internal", "server", "client", "producer", "consumer"];
export const SPAN_STATUSES: readonly SpanStatus[] = ["unset", "ok", "error"];
export const STATUS_ERROR = SPAN_STATUSES.indexOf("error");

/** What few spans have. */
export interface SpanDetail {
  readonly statusMessage?: string;
  readonly events?: Span["events"];
  readonly links?: Span["links"];
}

/** JSON, or null when there is nothing of it. */
export function spanDetail({ statusMessage, events, links }: Span): string | null {
  if (statusMessage === "" && events.length === 0 && links.length === 0) return null;
  return JSON.stringify({
    ...(statusMessage !== "" && { statusMessage }),
    ...(events.length > 0 && { events }),
    ...(links.length > 0 && { links }),
  } satisfies SpanDetail);
}
