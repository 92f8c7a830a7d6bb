import type { Fault } from "../../discovery/fault.ts";
import type { Call } from "../call.ts";

/** Whether a fault of the call's service is for this attempt of it. */
export function faultMatches(
  fault: Pick<Fault, "operation" | "route" | "instance" | "caller">,
  call: Pick<Call, "operation">,
  instance: string,
  caller: string | undefined,
): boolean {
  if (fault.instance !== "" && fault.instance !== instance) return false;
  if (fault.caller !== "" && fault.caller !== caller) return false;
  return fault.operation === "" || isOperation(call.operation, fault);
}

/** A call without a contract is called "GET /quotes/42", and knows nothing of the operation's name. */
function isOperation(name: string, { operation, route }: Pick<Fault, "operation" | "route">): boolean {
  return name === operation || isOnRoute(name, operation) || isOnRoute(name, route);
}

/** Whether "GET /quotes/42" is on "GET /quotes/:id"; a segment "{id}" stands for any text too. */
function isOnRoute(name: string, route: string): boolean {
  if (!route.includes(" ") || !name.includes(" ")) return false;
  const wanted = route.split("/");
  const given = name.split("/");
  if (wanted.length !== given.length) return false;
  return wanted.every((part, index) => (/^(:|\{)/.test(part) ? given[index] !== "" : part === given[index]));
}
