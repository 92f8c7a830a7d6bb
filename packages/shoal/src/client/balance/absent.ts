import { type ShoalError, shoalError } from "../../core/errors.ts";
import { nearestName } from "../../core/names.ts";
import type { InstanceSet } from "../../discovery/resolver.ts";

/** More names than this are not listed. */
const KNOWN_MAX = 20;

const HINT_NO_FLEET =
  "Start the fleet with `shoal up`; outside of it, set SHOAL_CONTROL to its URL or list instances in SHOAL_STATIC.";

/** Why a call to a service has nowhere to go. */
export function nobodyToAsk(service: string, set: InstanceSet): ShoalError {
  const stale = set.staleSinceMs === undefined ? "" : "; the registry is out of reach";
  if (set.state === "pending") {
    return shoalError("NO_INSTANCE", {
      message: `nothing has been heard of ${service}${stale || ": the registry has not answered"}`,
      hint: HINT_NO_FLEET,
      retry: "never",
    });
  }
  if (set.instances.length > 0) {
    const all = set.instances.length === 1 ? "its instance refuses" : `its ${set.instances.length} instances refuse`;
    return shoalError("NO_INSTANCE", { message: `${service}: ${all} connections${stale}`, retry: "never" });
  }
  if (set.known.includes(service)) {
    return shoalError("NO_INSTANCE", { message: `${service} has no ready instance${stale}`, retry: "never" });
  }
  return unknownService(service, set.known);
}

function unknownService(service: string, known: readonly string[]): ShoalError {
  const nearest = nearestName(service, known);
  const suggestion = nearest === undefined ? "" : `; did you mean ${nearest}?`;
  const names = known.slice(0, KNOWN_MAX);
  const more = known.length > KNOWN_MAX ? ` and ${known.length - KNOWN_MAX} more` : "";
  const list = names.length === 0 ? "it knows none" : `it knows ${names.join(", ")}${more}`;
  return shoalError("SERVICE_UNKNOWN", {
    message: `the registry has no service "${service}": ${list}${suggestion}`,
    hint: names.length === 0 ? HINT_NO_FLEET : undefined,
    details: { known: names, ...(nearest === undefined ? {} : { nearest }) },
  });
}

export function tooManyWait(call: string, waitingMax: number): ShoalError {
  return shoalError("LIMIT_REACHED", {
    message: `${call}: no instance, and ${waitingMax} calls wait for one already`,
    retry: "never",
  });
}
