import type { Fault } from "../discovery/fault.ts";

/** A fault of quotes that does nothing yet, for a minute, with everything not given made up. */
export function sampleFault(given: Partial<Fault> = {}): Fault {
  return {
    id: "f1",
    service: "quotes",
    operation: "",
    route: "",
    instance: "",
    caller: "",
    latencyMs: 0,
    errorRatio: 0,
    status: 503,
    dropRatio: 0,
    remainingMs: 60_000,
    ...given,
  };
}
