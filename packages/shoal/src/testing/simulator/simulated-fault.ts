import { checkDurationMs, checkInteger, checkOption } from "../../core/options.ts";
import { FAULT_LATENCY_MS_MAX, FAULT_MS_MAX, type Fault } from "../../discovery/fault.ts";

/** A fault to inject into calls of a service, as `shoal fault add` does. */
export interface FaultOptions extends Partial<Omit<Fault, "id" | "service" | "route" | "remainingMs">> {
  readonly service: string;
  /** How long it lasts, in ms; at most an hour. */
  readonly forMs: number;
}

/** Throws OPTION_INVALID. */
export function faultOf({ forMs, ...given }: FaultOptions, id: string): Fault {
  const {
    operation = "",
    instance = "",
    caller = "",
    latencyMs = 0,
    errorRatio = 0,
    status = 503,
    dropRatio = 0,
  } = given;
  checkDurationMs("forMs", forMs, 1);
  checkOption(forMs <= FAULT_MS_MAX, "forMs", `at most ${FAULT_MS_MAX}`, forMs);
  checkOption(
    latencyMs >= 0 && latencyMs <= FAULT_LATENCY_MS_MAX,
    "latencyMs",
    "a duration in ms of a minute at most",
    latencyMs,
  );
  checkOption(errorRatio >= 0 && errorRatio <= 1, "errorRatio", "a number from 0 to 1", errorRatio);
  checkOption(
    dropRatio >= 0 && dropRatio + errorRatio <= 1,
    "dropRatio",
    "a number from 0 to 1 - errorRatio",
    dropRatio,
  );
  checkInteger("status", status, 400, 599);
  const { service } = given;
  return {
    id,
    service,
    operation,
    route: "",
    instance,
    caller,
    latencyMs,
    errorRatio,
    status,
    dropRatio,
    remainingMs: forMs,
  };
}
