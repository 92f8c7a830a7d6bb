import { z } from "zod";
import { FAULT_LATENCY_MS_MAX, FAULT_MS_MAX } from "../../../discovery/fault.ts";

const Name = z.string().max(128);
const Ratio = z.number().min(0).max(1);

const what = {
  /** Calls to this service. */
  service: Name,
  /** Only this operation of it, such as "getQuote" or "GET /quotes/:id"; "" for all. */
  operation: z.string().max(256),
  /** Only at this instance; "" for all. */
  instance: Name,
  /** Only calls by this service; "" for all. */
  caller: Name,
  /** Added before a request is sent. */
  latencyMs: z.number().min(0).max(FAULT_LATENCY_MS_MAX),
  /** Share of requests that are answered with `status` without being sent. */
  errorRatio: Ratio,
  status: z.number().int().min(400).max(599),
  /** Share of requests that get no answer. */
  dropRatio: Ratio,
};

/** A fault to add. At least one of latencyMs, errorRatio and dropRatio must be more than 0. */
export const FaultInput = z.object({
  service: what.service,
  operation: what.operation.default(""),
  instance: what.instance.default(""),
  caller: what.caller.default(""),
  latencyMs: what.latencyMs.default(0),
  errorRatio: what.errorRatio.default(0),
  status: what.status.default(503),
  dropRatio: what.dropRatio.default(0),
  /** How long it lasts; default 5 min, at most an hour. */
  forMs: z.number().min(1_000).max(FAULT_MS_MAX).default(300_000),
  /** Who asks, such as "cli". */
  by: z.string().max(64).default("api"),
});
export type FaultInput = z.infer<typeof FaultInput>;

/** A fault that lasts. */
export const FaultStatus = z.object({
  id: z.string(),
  ...what,
  by: z.string(),
  /** Unix ms since when, and when it ends by itself. */
  sinceMs: z.number(),
  untilMs: z.number(),
});
export type FaultStatus = z.infer<typeof FaultStatus>;
