import type { KeptFault } from "../faults/fault-book.ts";
import type { FaultStatus } from "./schemas/faults.ts";

/** As the API tells of it. */
export function faultStatus({ route: _route, endMs: _endMs, ...status }: KeptFault): FaultStatus {
  return status;
}
