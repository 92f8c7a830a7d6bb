import { z } from "zod";

/** Query parts that many lists share. */
export const Window = {
  /** Unix ms, inclusive; default: no bound. */
  fromMs: z.number().optional(),
  /** Unix ms, exclusive; default: no bound. */
  toMs: z.number().optional(),
  /** A run's id, or "all". Default: the run that goes on now. */
  run: z.string().max(64).optional(),
};

/** Pages go from the newest to the oldest. `cursor` is what the page before gave as `next`; null: there are no more. */
export const Page = {
  limit: z.number().int().min(1).max(1_000).default(100),
  cursor: z.string().max(200).optional(),
};

const AttributeValue = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.array(z.union([z.string(), z.number(), z.boolean()])),
]);
export const Attributes = z.record(z.string(), AttributeValue);

/** Rate, errors and durations. */
export const Red = {
  requestsPerSecond: z.number(),
  /** Share of requests answered with 5xx or not at all, 0 to 1. */
  errorRatio: z.number(),
  /** null without traffic. */
  p50Ms: z.number().nullable(),
  p99Ms: z.number().nullable(),
};
