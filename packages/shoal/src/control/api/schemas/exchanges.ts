import { z } from "zod";

/** An exchange without its headers and bodies; see telemetry/records.ts for what the fields mean. */
export const ExchangeSummary = z.object({
  id: z.string(),
  side: z.enum(["client", "server"]),
  /** Who recorded it. */
  service: z.string(),
  instance: z.string(),
  peer: z.string(),
  external: z.boolean(),
  operation: z.string(),
  method: z.string(),
  url: z.string(),
  status: z.number().int(),
  startMs: z.number(),
  durationMs: z.number(),
  error: z.string(),
  attempts: z.number().int(),
  requestBytes: z.number(),
  replyBytes: z.number(),
  traceId: z.string(),
  spanId: z.string(),
  run: z.string(),
});
export type ExchangeSummary = z.infer<typeof ExchangeSummary>;

const CapturedBody = z.object({
  bytes: z.number(),
  truncated: z.boolean(),
  encoding: z.enum(["utf8", "base64"]),
  text: z.string(),
});

const CapturedMessage = z.object({
  headers: z.array(z.tuple([z.string(), z.string()])),
  body: CapturedBody,
});

export const ExchangeDetail = ExchangeSummary.omit({ attempts: true }).extend({
  attempts: z.array(
    z.object({
      instance: z.string(),
      afterMs: z.number(),
      durationMs: z.number(),
      status: z.number().int(),
      error: z.string(),
    }),
  ),
  request: CapturedMessage,
  reply: CapturedMessage.nullable(),
});
export type ExchangeDetail = z.infer<typeof ExchangeDetail>;
