import { isShoalError, shoalError } from "../core/errors.ts";
import { unknownService } from "./commands/ps.ts";
import type { ControlClient } from "./control-client.ts";

/** The client's registry knows only what is alive; the control plane also knows what should be, and why it is not. */
const ABSENT: ReadonlySet<string> = new Set(["SERVICE_UNKNOWN", "NO_INSTANCE"]);

/**
 * Says better why a call found no instance: the service is mistyped, stopped, or does not start.
 * Any other error comes back as it is.
 */
export async function explainAbsence(error: unknown, service: string, control: ControlClient): Promise<unknown> {
  if (!isShoalError(error) || error.origin !== undefined || !ABSENT.has(error.code)) return error;
  const all = await control.listInstances({ query: {} }).catch(() => []);
  if (all.length === 0) return error;
  const own = all.filter((instance) => instance.service === service);
  if (own.length === 0) {
    const known = all.map((instance) => instance.service);
    return error.code === "SERVICE_UNKNOWN" ? unknownService(service, known) : error;
  }
  const [first] = own.filter(({ state }) => state !== "ready");
  if (!first) return error;
  const stopped = own.every(({ state }) => state === "stopped");
  return shoalError("NO_INSTANCE", {
    message: `no instance of ${service} is ready: ${first.instance} is ${first.state}`,
    hint: stopped ? `Start it with \`shoal start ${service}\`.` : `See \`shoal logs ${service}\` for what it printed.`,
    details: { service },
    cause: first.reason === null ? error : new Error(first.reason),
  });
}
