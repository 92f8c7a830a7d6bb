import { z } from "zod";
import { get, post } from "../../contract/operation.ts";
import { Window } from "./schemas/common.ts";
import { LogEntry, LogLevel, LogLine } from "./schemas/logs.ts";

/** What the control plane's contract tells of log lines: see controlContract. */
export const logOperations = {
  listLogs: get("/api/v1/logs", {
    query: z.object({
      ...Window,
      service: z.string().max(256).optional(),
      instance: z.string().max(256).optional(),
      stream: z.enum(["stdout", "stderr", "shoal", "otlp"]).optional(),
      /** Lines of at least this level. */
      level: LogLevel.optional(),
      /** Words, all to be found; "quoted phrases"; prefix*; a word with a "-" before it must not be there. */
      text: z.string().max(1_000).optional(),
      /** A trace's id. */
      trace: z.string().max(32).optional(),
      /** Lines with a greater seq. Without it: the last `limit` lines. */
      after: z.number().int().optional(),
      /** Lines with a smaller seq: the last `limit` of them. */
      before: z.number().int().optional(),
      limit: z.number().int().min(1).max(10_000).default(1_000),
      /** Wait up to this long for a line when there is none, at most 5 000. */
      waitMs: z.number().int().min(0).max(5_000).default(0),
    }),
    returns: z.object({
      /** Oldest first. */
      lines: z.array(LogEntry),
      /** To be given as `after` in the next request. */
      next: z.number().int(),
    }),
    summary: "What processes printed, and log records that came by OTLP",
  }),
  appendLogs: post("/api/v1/logs", {
    body: z.object({ lines: z.array(LogLine.omit({ seq: true })).max(10_000), dropped: z.number().int() }),
    summary: "What a supervisor's processes printed since its last batch",
  }),
} as const;
