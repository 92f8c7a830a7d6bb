import { z } from "zod";
import { Attributes } from "./common.ts";
import { ExchangeSummary } from "./exchanges.ts";
import { LogEntry } from "./logs.ts";

/** A trace in a list. */
export const TraceSummary = z.object({
  traceId: z.string(),
  /** Of its root span, or of its earliest one while the root is missing. */
  service: z.string(),
  name: z.string(),
  startMs: z.number(),
  /** From the first start to the last end of its spans. */
  durationMs: z.number(),
  spans: z.number().int(),
  /** Spans with the status error. */
  errors: z.number().int(),
  /** With the number of its spans in each; the most first, at most 20. */
  services: z.array(z.object({ service: z.string(), spans: z.number().int(), errors: z.number().int() })),
  /** HTTP status of the root span; null when it has none. */
  status: z.number().int().nullable(),
  /**
   * True while its earliest span is one that a service made amid its work: what came before is on its way, or was not
   * recorded. A request that a service was sent is a beginning, whoever sent it.
   */
  beginningMissing: z.boolean(),
  run: z.string(),
});
export type TraceSummary = z.infer<typeof TraceSummary>;

export const SpanView = z.object({
  traceId: z.string(),
  spanId: z.string(),
  /** "" for a root. */
  parentSpanId: z.string(),
  service: z.string(),
  instance: z.string(),
  name: z.string(),
  kind: z.enum(["internal", "server", "client", "producer", "consumer"]),
  startMs: z.number(),
  durationMs: z.number(),
  status: z.enum(["unset", "ok", "error"]),
  statusMessage: z.string(),
  attributes: Attributes,
  /** Of who sent it: release, realm, zone, host, language. */
  resource: Attributes,
  events: z.array(z.object({ name: z.string(), timeMs: z.number(), attributes: Attributes })),
  links: z.array(z.object({ traceId: z.string(), spanId: z.string(), attributes: Attributes })),
  scope: z.string(),
});
export type SpanView = z.infer<typeof SpanView>;

/** All that is known of a trace. Spans are sorted by start, at most 10 000. */
export const Trace = z.object({
  traceId: z.string(),
  run: z.string(),
  spans: z.array(SpanView),
  /** True when it has more spans than are given. */
  truncated: z.boolean(),
  /** Lines with this trace id, oldest first, at most 1 000. */
  logs: z.array(LogEntry),
  /** Without bodies; at most 1 000. */
  exchanges: z.array(ExchangeSummary),
});
export type Trace = z.infer<typeof Trace>;
