import { z } from "zod";
import { Red } from "./common.ts";
import { FaultStatus } from "./faults.ts";

/** Where an instance is in its life. */
export const InstanceState = z.enum([
  "starting", // the process runs, not yet ready
  "ready", // answers, and is in the registry
  "unhealthy", // runs, but its health check fails
  "draining", // left the registry, finishes what it has begun
  "backoff", // exited by itself; started again after a pause
  "crash-loop", // exited too often; tried again once a minute
  "failed", // never became ready, or cannot be started
  "stopped", // stopped on request
]);
export type InstanceState = z.infer<typeof InstanceState>;

/** One instance, as its supervisor (or, without one, the registry) sees it. */
export const InstanceStatus = z.object({
  service: z.string(),
  instance: z.string(),
  state: InstanceState,
  address: z.string().nullable(),
  pid: z.number().int().nullable(),
  /** Starts after the first, by crash or by hand. */
  restarts: z.number().int(),
  realm: z.string(),
  zone: z.string(),
  release: z.string(),
  /** Unix ms of the last change of state: of a ready one, since when it is up. */
  sinceMs: z.number(),
  /** Why it last ended or is not ready, for people; null when all is well. */
  reason: z.string().nullable(),
  /** The group whose process, of the same pid, it shares with other services; absent for one on its own. */
  group: z.string().optional(),
  /** Why it is in no group though the fleet was started together, for people. */
  apart: z.string().optional(),
});
export type InstanceStatus = z.infer<typeof InstanceStatus>;

/** What a service did in the last seconds. */
export const ServiceStatus = z.object({
  service: z.string(),
  instances: z.number().int(),
  ready: z.number().int(),
  /** Failed requests, or failed spans and error lines when those are more, of the last minute. */
  problems: z.number().int(),
  ...Red,
});
export type ServiceStatus = z.infer<typeof ServiceStatus>;

const Counts = z.object({ spans: z.number().int(), logs: z.number().int(), exchanges: z.number().int() });

export const FleetStatus = z.object({
  fleet: z.string(),
  realm: z.string(),
  /** Of the package that runs the control plane. */
  version: z.string(),
  startedMs: z.number(),
  /** What the control plane cannot do at present, such as write to its store. */
  warnings: z.array(z.string()),
  /** Log lines dropped because they came faster than they could be kept. */
  logLinesDropped: z.number().int(),
  /** The run that goes on now. */
  run: z.string(),
  /** How full the history is, and what was lost. */
  history: z.object({
    ...Counts.shape,
    bytes: z.number(),
    bytesMax: z.number(),
    /** Unix ms of the oldest record; null when there is none. */
    oldestMs: z.number().nullable(),
    /** Bodies that wait to be written. */
    pendingBytes: z.number(),
    /** Since the control plane's start. */
    dropped: Counts,
  }),
  /** Faults that are injected at present, and why none may be added; null when they may. */
  faults: z.array(FaultStatus),
  faultsRefused: z.string().nullable(),
});
export type FleetStatus = z.infer<typeof FleetStatus>;
