import { z } from "zod";
import { get, post, put } from "../../contract/operation.ts";
import { FleetStatus, InstanceStatus, ServiceStatus } from "./schemas/fleet.ts";

const SupervisorReport = z.object({
  fleet: z.string(),
  /** Where the supervisor takes commands: on loopback, or this would be a way to reach other machines from here. */
  address: z.string().regex(/^http:\/\/(127(\.\d{1,3}){3}|localhost|\[::1\]):\d{1,5}$/),
  instances: z.array(InstanceStatus),
  /** What it cannot do at present, for people. */
  warnings: z.array(z.string().max(2_000)).max(20).default([]),
});

const Service = z.object({ service: z.string().max(256) });
const Accepted = z.object({ instances: z.array(z.string()) });
const errors = { serviceUnknown: 404 } as const;
const commandErrors = { ...errors, supervisorUnreachable: 502 } as const;
const command = { params: Service, returns: Accepted, errors: commandErrors } as const;

/** What the control plane's contract tells of who runs, and does about it: see controlContract. */
export const fleetOperations = {
  getFleet: get("/api/v1/fleet", { returns: FleetStatus, summary: "The fleet as a whole" }),
  listServices: get("/api/v1/services", {
    returns: z.array(ServiceStatus),
    summary: "Each service's instances and rates",
  }),
  listTrends: get("/api/v1/trends", {
    returns: z.object({
      stepMs: z.number(),
      services: z.array(z.object({ service: z.string(), requestsPerSecond: z.array(z.number()) })),
    }),
    summary: "Each service's requests a second over the last minute, oldest first",
  }),
  listInstances: get("/api/v1/instances", {
    query: z.object({ service: z.string().max(256).optional() }),
    returns: z.array(InstanceStatus),
    summary: "Each instance's state",
  }),
  restartService: post("/api/v1/services/:service/restart", command),
  stopService: post("/api/v1/services/:service/stop", command),
  startService: post("/api/v1/services/:service/start", command),
  report: put("/api/v1/supervisors/:supervisor", {
    params: z.object({ supervisor: z.string().max(128) }),
    body: SupervisorReport,
    summary: "A supervisor's whole state; sent on every change and every 5 s",
  }),
} as const;

/** What a supervisor does for the control plane; see supervisorContract. */
export const supervisorOperations = {
  restart: post("/services/:service/restart", { params: Service, returns: Accepted, errors }),
  stop: post("/services/:service/stop", { params: Service, returns: Accepted, errors }),
  start: post("/services/:service/start", { params: Service, returns: Accepted, errors }),
} as const;
