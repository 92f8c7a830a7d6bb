import type { ControlApiParts, ControlHandlers } from "./control-api-parts.ts";
import { resilienceHistory, resilienceOf } from "./resilience-view.ts";

/** How calls are protected. */
export function resilienceHandlers({
  resilience,
  now,
}: ControlApiParts): Pick<ControlHandlers, "getResilience" | "getResilienceHistory"> {
  return {
    getResilience: ({ query }) => resilienceOf(resilience, query.service, now().wallMs),
    getResilienceHistory: ({ query }) => resilienceHistory(resilience, query, now().wallMs),
  };
}
