import type { ControlApiParts, ControlHandlers } from "./control-api-parts.ts";
import { notableOf, resilienceHistory, resilienceOf } from "./resilience-view.ts";

/** How calls are protected. */
export function resilienceHandlers({
  resilience,
  now,
}: ControlApiParts): Pick<ControlHandlers, "getResilience" | "getResilienceHistory"> {
  return {
    getResilience({ query }) {
      const all = resilienceOf(resilience, query.service, now().wallMs);
      return query.notable === undefined ? all : notableOf(all);
    },
    getResilienceHistory: ({ query }) => resilienceHistory(resilience, query, now().wallMs),
  };
}
