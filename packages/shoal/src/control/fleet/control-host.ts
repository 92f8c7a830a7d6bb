import { shoalError } from "../../core/errors.ts";
import { tokenFor } from "../guard.ts";

/** Where a control plane may listen that the fleet's own processes look for at 127.0.0.1. */
const REACHABLE = ["127.0.0.1", "0.0.0.0", "::"];

/**
 * Checks, before anything is started, that the control plane will start and be found: by itself it would refuse in its
 * own log only, again and again. Throws OPTION_INVALID naming SHOAL_CONTROL_HOST or SHOAL_CONTROL_TOKEN.
 */
export function checkControlHost(env: Readonly<Record<string, string | undefined>>): void {
  const host = env["SHOAL_CONTROL_HOST"] || "127.0.0.1";
  if (!REACHABLE.includes(host)) {
    throw shoalError("OPTION_INVALID", {
      message: `SHOAL_CONTROL_HOST must be one of ${REACHABLE.join(", ")}, got "${host}"`,
      hint: "The services of a fleet reach its control plane at 127.0.0.1; 0.0.0.0 opens it to the network as well.",
      details: { option: "SHOAL_CONTROL_HOST" },
    });
  }
  tokenFor(host, env["SHOAL_CONTROL_TOKEN"]);
}
