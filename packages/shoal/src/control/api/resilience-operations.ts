import { z } from "zod";
import { get } from "../../contract/operation.ts";
import { Resilience, ResilienceHistory } from "./schemas/resilience.ts";

const Name = z.string().max(128);

/** What the control plane's contract tells of how calls are protected: see controlContract. */
export const resilienceOperations = {
  getResilience: get("/api/v1/resilience", {
    /**
     * `service`: only edges from and to it. `notable`: only edges and services with a problem, and edges whose calls are
     * tried again.
     */
    query: z.object({ service: Name.optional(), notable: z.enum(["true"]).optional() }),
    returns: Resilience,
    summary: "What is retried, ejected, held back and shed at present, and why",
  }),
  getResilienceHistory: get("/api/v1/resilience/history", {
    query: z.object({ caller: Name, callee: Name }),
    returns: ResilienceHistory,
    summary: "What one service's calls to another were protected by in the last ten minutes",
  }),
} as const;
