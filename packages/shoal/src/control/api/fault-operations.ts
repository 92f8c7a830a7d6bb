import { z } from "zod";
import { del, get, post } from "../../contract/operation.ts";
import { FaultInput, FaultStatus } from "./schemas/faults.ts";

const By = z.string().max(64).default("api");

/** What the control plane's contract tells of faults that are injected on purpose: see controlContract. */
export const faultOperations = {
  listFaults: get("/api/v1/faults", {
    query: z.object({ service: z.string().max(128).optional() }),
    returns: z.array(FaultStatus),
    summary: "The faults that are injected at present, the oldest first",
  }),
  addFault: post("/api/v1/faults", {
    body: FaultInput,
    returns: FaultStatus,
    errors: { serviceUnknown: 404 },
    summary: "Make calls to a service slow, or fail, for a while; in development only",
  }),
  removeFault: del("/api/v1/faults/:id", {
    params: z.object({ id: z.string().max(64) }),
    query: z.object({ by: By }),
    returns: FaultStatus,
    summary: "End a fault before its time",
  }),
  removeFaults: del("/api/v1/faults", {
    /** Only those of this service; default: all. */
    query: z.object({ service: z.string().max(128).optional(), by: By }),
    returns: z.array(FaultStatus),
    summary: "End all faults, or those of a service",
  }),
} as const;
