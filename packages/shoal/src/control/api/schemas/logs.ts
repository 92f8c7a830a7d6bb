import { z } from "zod";
import { Attributes } from "./common.ts";

/** From the least to the most important. */
export const LogLevel = z.enum(["trace", "debug", "info", "warn", "error", "fatal"]);
export type LogLevel = z.infer<typeof LogLevel>;

/** A line as its process printed it. */
export const LogLine = z.object({
  /** Grows with every line of the fleet. */
  seq: z.number().int(),
  timeMs: z.number(),
  // Bounded, because what is kept of lines is bounded by their texts.
  service: z.string().max(128),
  instance: z.string().max(128),
  /** "shoal" is the supervisor speaking about the instance. */
  stream: z.enum(["stdout", "stderr", "shoal"]),
  text: z.string(),
});
export type LogLine = z.infer<typeof LogLine>;

/** A line that a process printed, or a log record that came by OTLP. */
export const LogEntry = z.object({
  /** Grows with every line of the fleet. */
  seq: z.number().int(),
  /** When it was written: what the line says itself, else when it was read. */
  timeMs: z.number(),
  service: z.string().max(128),
  instance: z.string().max(128),
  /** "shoal" is the supervisor speaking about the instance, "otlp" came over the network. */
  stream: z.enum(["stdout", "stderr", "shoal", "otlp"]),
  /** As printed, with its escape codes; of an OTLP record its body. */
  text: z.string(),
  /** What a JSON line says, or guessed: "info", and "error" for stderr lines that look like one. */
  level: LogLevel,
  /** For people: the `msg` of a JSON line; otherwise the text without escape codes. */
  message: z.string(),
  /** "" when it belongs to none. */
  traceId: z.string(),
  spanId: z.string(),
  /** The further fields of a JSON line or record. */
  fields: Attributes,
});
export type LogEntry = z.infer<typeof LogEntry>;
