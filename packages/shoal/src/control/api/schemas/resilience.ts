import { z } from "zod";
import { CRITICALITIES } from "../../../core/criticality.ts";
import { EDGE_EVENTS } from "../../../telemetry/resilience.ts";

/** By event, see EDGE_EVENTS; what did not happen is left out. */
const EventNumbers = z.partialRecord(z.enum(EDGE_EVENTS), z.number());
export type EventNumbers = z.infer<typeof EventNumbers>;

/** By the setting's name. */
const Policy = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/** What should be looked at, in words. */
export const ResilienceProblem = z.object({
  kind: z.enum([
    "ejected",
    "panic",
    "no_instance",
    "budget_spent",
    "throttled",
    "shedding",
    "stressed",
    "queue_full",
    "out_of_time",
    "amplified",
    "fault",
  ]),
  /** "bad": calls fail or are refused; "warn": it is dealt with. */
  level: z.enum(["bad", "warn"]),
  /** For people, such as "2 of 5 instances ejected: consecutive failures". */
  text: z.string(),
});
export type ResilienceProblem = z.infer<typeof ResilienceProblem>;

/** An instance that gets no requests from some process. */
const EjectedStatus = z.object({
  instance: z.string(),
  /** Such as "consecutive_failures"; several when callers do not agree. */
  reasons: z.array(z.string()),
  /** Processes that took it out. */
  seenBy: z.number().int(),
  /** Unix ms since when, by the first of them. */
  sinceMs: z.number(),
  /** Unix ms of the next probe, by the first of them. */
  probeAtMs: z.number(),
});
export type EjectedStatus = z.infer<typeof EjectedStatus>;

/** How the processes of one service deal with another that they call. */
export const ResilienceEdge = z.object({
  caller: z.string(),
  callee: z.string(),
  /** Unix ms of the last report. */
  heardMs: z.number(),
  /** Processes of the caller heard of in the last 30 s; with none, only the history is known. */
  reporters: z.number().int(),
  callsPerSecond: z.number(),
  /** Requests sent for each call in the last minute; null without calls. */
  attemptsPerCall: z.number().nullable(),
  perSecond: EventNumbers,
  lastMinute: EventNumbers,
  tenMinutes: EventNumbers,
  /** Retries that can be paid for: all together, and of the process that has the least. */
  retryBudget: z.object({ left: z.number(), max: z.number(), leftMin: z.number() }).nullable(),
  /** As many as any process knows, and keeps to. */
  instances: z.number().int(),
  subset: z.number().int(),
  ejected: z.array(EjectedStatus),
  /** Processes that ignore ejection, because too few instances are well. */
  panicking: z.number().int(),
  /** Share of the traffic that stays in the caller's zone, 0 to 1. */
  zoneLocalShare: z.number(),
  /** Share of the calls that is held back, 0 to 1: the greatest of any process. */
  throttledShare: z.number(),
  inFlight: z.number().int(),
  waiting: z.number().int(),
  /** Settings that differ from the defaults. */
  policy: Policy,
  problems: z.array(ResilienceProblem),
});
export type ResilienceEdge = z.infer<typeof ResilienceEdge>;

const ShedStatus = z.object({
  criticality: z.enum(CRITICALITIES),
  reason: z.string(),
  perSecond: z.number(),
  lastMinute: z.number(),
  tenMinutes: z.number(),
});

/** How the processes of a service protect themselves. */
export const ResilienceService = z.object({
  service: z.string(),
  heardMs: z.number(),
  /** Processes heard of in the last 30 s. */
  reporters: z.number().int(),
  /** Requests that may be in progress at once, of all its processes: as adapted, and as bounded. */
  limit: z.number(),
  limitMax: z.number(),
  inFlight: z.number().int(),
  waiting: z.number().int(),
  waitersMax: z.number().int(),
  /** The worst of any process. */
  queueDelayMs: z.number(),
  /** Processes that serve the newest first and shed by criticality. */
  stressed: z.number().int(),
  shed: z.array(ShedStatus),
  problems: z.array(ResilienceProblem),
});
export type ResilienceService = z.infer<typeof ResilienceService>;

export const Resilience = z.object({
  /** Those with problems first. */
  edges: z.array(ResilienceEdge),
  services: z.array(ResilienceService),
  /** What a setting is that no `policy` names. */
  policyDefaults: Policy,
});
export type Resilience = z.infer<typeof Resilience>;

/** The last ten minutes of one edge. */
export const ResilienceHistory = z.object({
  /** Unix ms of the first step. */
  fromMs: z.number(),
  stepMs: z.number(),
  /** Per second in each step, by event; of what the callee refused, "shed". What did not happen is left out. */
  perSecond: z.record(z.string(), z.array(z.number())),
});
export type ResilienceHistory = z.infer<typeof ResilienceHistory>;
