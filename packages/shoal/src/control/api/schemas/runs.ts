import { z } from "zod";

/** One life of a fleet, from `shoal up` to its end. */
export const Run = z.object({
  id: z.string(),
  fleet: z.string(),
  startMs: z.number(),
  /** null while it goes on. */
  endMs: z.number().nullable(),
  spans: z.number().int(),
  logs: z.number().int(),
  exchanges: z.number().int(),
  /** Requests served and how many of them failed. */
  requests: z.number().int(),
  errors: z.number().int(),
});
export type Run = z.infer<typeof Run>;

const Side = z.object({
  requests: z.number().int(),
  errorRatio: z.number(),
  p50Ms: z.number().nullable(),
  p99Ms: z.number().nullable(),
});

/** One operation in two runs. */
export const RunDifference = z.object({
  service: z.string(),
  operation: z.string(),
  /** null: not seen in that run. */
  before: Side.nullable(),
  after: Side.nullable(),
  /**
   * "fails": errors now that were none or clearly fewer before; "slower" and "faster": the median and the 99th
   * percentile moved beyond what so few requests move by chance.
   */
  verdict: z.enum(["fails", "mended", "slower", "faster", "new", "gone", "same"]),
});
export type RunDifference = z.infer<typeof RunDifference>;

/** A message that one run logged as a warning or an error and the other did not. Numbers and ids in it are cut out. */
export const LogDifference = z.object({
  service: z.string(),
  level: z.enum(["warn", "error", "fatal"]),
  pattern: z.string(),
  before: z.number().int(),
  after: z.number().int(),
});
export type LogDifference = z.infer<typeof LogDifference>;
