import { z } from "zod";
import { contract } from "../../contract/contract.ts";
import { get, post, put } from "../../contract/operation.ts";

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
  /** Unix ms of the last change of state. */
  sinceMs: z.number(),
  /** Why it last ended or is not ready, for people; null when all is well. */
  reason: z.string().nullable(),
});
export type InstanceStatus = z.infer<typeof InstanceStatus>;

/** What a service did in the last seconds. */
export const ServiceStatus = z.object({
  service: z.string(),
  instances: z.number().int(),
  ready: z.number().int(),
  requestsPerSecond: z.number(),
  /** Share of requests answered with 5xx, 0 to 1. */
  errorRatio: z.number(),
  /** null without traffic. */
  p50Ms: z.number().nullable(),
  p99Ms: z.number().nullable(),
});
export type ServiceStatus = z.infer<typeof ServiceStatus>;

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
});
export type FleetStatus = z.infer<typeof FleetStatus>;

const SupervisorReport = z.object({
  fleet: z.string(),
  /** Where the supervisor takes commands: on loopback, or this would be a way to reach other machines from here. */
  address: z.string().regex(/^http:\/\/(127(\.\d{1,3}){3}|localhost|\[::1\]):\d{1,5}$/),
  instances: z.array(InstanceStatus),
  /** What it cannot do at present, for people. */
  warnings: z.array(z.string().max(2_000)).max(20).default([]),
});

const Service = z.object({ service: z.string() });
const Accepted = z.object({ instances: z.array(z.string()) });
const errors = { serviceUnknown: 404 } as const;
const commandErrors = { ...errors, supervisorUnreachable: 502 } as const;

/** The control plane's own contract: the command line and the dashboard use only this. */
export const controlContract = contract("shoal-control", {
  getFleet: get("/api/v1/fleet", { returns: FleetStatus, summary: "The fleet as a whole" }),
  listServices: get("/api/v1/services", {
    returns: z.array(ServiceStatus),
    summary: "Each service's instances and rates",
  }),
  listInstances: get("/api/v1/instances", {
    query: z.object({ service: z.string().optional() }),
    returns: z.array(InstanceStatus),
    summary: "Each instance's state",
  }),
  listLogs: get("/api/v1/logs", {
    query: z.object({
      service: z.string().optional(),
      instance: z.string().optional(),
      /** Lines with a greater seq. Without it: the last `limit` lines. */
      after: z.number().int().optional(),
      limit: z.number().int().min(1).max(10_000).default(1_000),
      /** Wait up to this long for a line when there is none, at most 5 000. */
      waitMs: z.number().int().min(0).max(5_000).default(0),
    }),
    returns: z.object({ lines: z.array(LogLine), next: z.number().int() }),
    summary: "What processes printed",
  }),
  restartService: post("/api/v1/services/:service/restart", {
    params: Service,
    returns: Accepted,
    errors: commandErrors,
  }),
  stopService: post("/api/v1/services/:service/stop", { params: Service, returns: Accepted, errors: commandErrors }),
  startService: post("/api/v1/services/:service/start", { params: Service, returns: Accepted, errors: commandErrors }),
  report: put("/api/v1/supervisors/:supervisor", {
    params: z.object({ supervisor: z.string().max(128) }),
    body: SupervisorReport,
    summary: "A supervisor's whole state; sent on every change and every 5 s",
  }),
  appendLogs: post("/api/v1/logs", {
    body: z.object({ lines: z.array(LogLine.omit({ seq: true })).max(10_000), dropped: z.number().int() }),
    summary: "What a supervisor's processes printed since its last batch",
  }),
});

/** What a supervisor does for the control plane; served on loopback by the supervisor itself. */
export const supervisorContract = contract("shoal-supervisor", {
  restart: post("/services/:service/restart", { params: Service, returns: Accepted, errors }),
  stop: post("/services/:service/stop", { params: Service, returns: Accepted, errors }),
  start: post("/services/:service/start", { params: Service, returns: Accepted, errors }),
});
