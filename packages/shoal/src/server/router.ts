import FindMyWay from "find-my-way";
import type { Contract } from "../contract/contract.ts";
import type { Operation } from "../contract/operation.ts";
import { shoalError } from "../core/errors.ts";
import type { Headers } from "../core/message.ts";
import { nearestName } from "../core/names.ts";
import type { Route } from "./arrival.ts";

/** Finds the operation for a method and a path without its query. */
export interface Router {
  readonly find: (method: string, path: string) => Route;
}

/** A path parameter, in characters; the header limit ends before that. */
const PARAM_CHARS_MAX = 16_384;
/** Longer paths get no hint: comparing takes time in the square of their length. Shorter ones are near to anything. */
const HINT_CHARS_MAX = 200;
const HINT_CHARS_MIN = 4;
const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/** The router of a contract's operations. HEAD finds what GET would. */
export function createRouter(contract: Contract): Router {
  const tree = FindMyWay({ maxParamLength: PARAM_CHARS_MAX, onBadUrl: () => {} });
  for (const operation of Object.values(contract.operations)) {
    tree.on(operation.method, operation.path, () => {}, operation);
  }
  const lookUp = (method: string, path: string) => tree.find(method as "GET", path);
  return {
    find(method, path) {
      const found = lookUp(method === "HEAD" ? "GET" : method, path);
      if (!found)
        return unknown(
          contract,
          method,
          path,
          METHODS.filter((other) => lookUp(other, path)?.store),
        );
      // find-my-way answers with its "bad URL" route, which has no store, when the percent-encoding is broken.
      if (!found.store) return malformed();
      return { kind: "operation", operation: found.store as Operation, params: found.params as Headers };
    },
  };
}

function malformed(): Route {
  const error = shoalError("REQUEST_INVALID", {
    message: "the path is not valid percent-encoded UTF-8",
    hint: "Encode path parameters with encodeURIComponent.",
  });
  return { kind: "refused", error, allow: undefined };
}

function unknown(contract: Contract, method: string, path: string, others: readonly string[]): Route {
  if (others.length > 0) {
    const allow = others.includes("GET") ? [...others, "HEAD"].join(", ") : others.join(", ");
    const error = shoalError("METHOD_NOT_ALLOWED", {
      message: `${contract.name} has no ${method} there, only ${allow}`,
    });
    return { kind: "refused", error, allow };
  }
  const nearest = nearestOperation(contract, method, path);
  const error = shoalError("OPERATION_UNKNOWN", {
    message: `${contract.name} has no operation at ${method} ${path.slice(0, HINT_CHARS_MAX)}`,
    hint: nearest && `Did you mean ${nearest.name}: ${nearest.method} ${nearest.path}?`,
  });
  return { kind: "refused", error, allow: undefined };
}

/** The operation whose path, with the wanted one's values for its parameters, is nearest; of two, that of the method. */
function nearestOperation(contract: Contract, method: string, path: string): Operation | undefined {
  if (path.length < HINT_CHARS_MIN || path.length > HINT_CHARS_MAX) return undefined;
  const segments = path.split("/");
  const byPath = new Map<string, Operation>();
  for (const operation of Object.values(contract.operations)) {
    const template = operation.path.split("/");
    const filled = template.map((part, index) => (/^:\w+$/.test(part) ? (segments[index] ?? part) : part)).join("/");
    if (byPath.get(filled)?.method !== method) byPath.set(filled, operation);
  }
  const nearest = nearestName(path, byPath.keys());
  return nearest === undefined ? undefined : byPath.get(nearest);
}
