import { shoalError } from "../../core/errors.ts";
import { nearestName } from "../../core/names.ts";
import type { FaultWish } from "../faults/fault-book.ts";

/** An operation of a service as its contract, or only its traffic, has it. */
export interface KnownOperation {
  readonly operation: string;
  readonly method?: string;
  readonly path?: string;
}

/** Names in a message. */
const SHOWN_MAX = 20;

/**
 * What a fault calls an operation: by name for those who have the contract, by route for those who have not. A service
 * of which nothing is known is taken at the person's word. Throws FAULT_REFUSED for a name that it does not have.
 */
export function operationOfFault(
  wanted: string,
  known: readonly KnownOperation[],
): Pick<FaultWish, "operation" | "route"> {
  if (wanted === "") return { operation: "", route: "" };
  const found = known.find((one) => one.operation === wanted || routeOf(one) === wanted);
  if (found) return { operation: found.operation, route: routeOf(found) };
  if (known.length === 0 || wanted.includes(" ")) return { operation: wanted, route: "" };
  const names = [...new Set(known.map(({ operation }) => operation))];
  const near = nearestName(wanted, names);
  throw shoalError("FAULT_REFUSED", {
    message: `the service has no operation "${wanted}"`,
    status: 400,
    hint: near === undefined ? `It has: ${names.slice(0, SHOWN_MAX).join(", ")}.` : `Did you mean ${near}?`,
  });
}

function routeOf({ method = "", path = "" }: KnownOperation): string {
  return path === "" ? "" : `${method} ${path}`;
}
