import { contract, get, put } from "shoal";
import { z } from "zod";

const Counts = z.record(z.string(), z.int());

const DriverStats = z.object({
  /** Requests a second aimed at. */
  rate: z.number(),
  requests: z.int(),
  succeeded: z.int(),
  /** By code: the errors that the traffic provokes. */
  refused: Counts,
  /** By code: those it does not. */
  failed: Counts,
  lastFailure: z.string().nullable(),
  /** Payments by how they ended. */
  payments: Counts,
  scenariosRunning: z.int(),
});

/** Lifelike traffic through the edge. */
export const driver = contract("driver", {
  getStats: get("/stats", { returns: DriverStats, summary: "What was sent and what came back" }),
  setRate: put("/rate", {
    body: z.object({ rate: z.number().min(0).max(1_000) }),
    returns: z.object({ rate: z.number() }),
    summary: "Requests a second from now on; 0 pauses",
  }),
});
