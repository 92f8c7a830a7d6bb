import { isShoalError, shoalError } from "../../core/errors.ts";
import { CONTROL_PORT } from "../bind.ts";
import { isPortFree, portTaken } from "./ports.ts";
import type { SupervisorApi } from "./supervisor-api.ts";

/** The last one tried after the usual one. */
const CONTROL_PORT_LAST = 5_398;

export interface Addresses {
  readonly controlPort: number;
  readonly api: SupervisorApi;
}

/**
 * Finds a port for the control plane and one for the supervisor itself. The control plane only binds its port a
 * moment later, in a process of its own; so that two fleets that start at once do not choose the same, the supervisor
 * listens on the port after it for its whole life: of two, one finds that taken and moves on.
 * @param wanted 0: any free one. Undefined: 4400, or the next free pair.
 * @param listen Listens for commands on a port; 0 is any. Throws PORT_TAKEN.
 * Throws PORT_TAKEN when the wanted port is taken.
 */
export async function claimAddresses(
  wanted: number | undefined,
  listen: (port: number) => Promise<SupervisorApi>,
): Promise<Addresses> {
  if (wanted !== undefined && wanted !== 0) {
    if (!(await isPortFree(wanted))) throw await portTaken(wanted);
    return { controlPort: wanted, api: await listenNear(wanted + 1, listen) };
  }
  for (let port = wanted === 0 ? CONTROL_PORT + 2 : CONTROL_PORT; port <= CONTROL_PORT_LAST; port += 2) {
    if (!(await isPortFree(port))) continue;
    const api = await tryListen(port + 1, listen);
    if (api === undefined) continue;
    if (await isPortFree(port)) return { controlPort: port, api };
    await api.close();
  }
  throw shoalError("PORT_TAKEN", {
    message: `no free port for the control plane from ${CONTROL_PORT} to ${CONTROL_PORT_LAST}`,
  });
}

async function listenNear(port: number, listen: (port: number) => Promise<SupervisorApi>): Promise<SupervisorApi> {
  return (port <= 65_535 ? await tryListen(port, listen) : undefined) ?? (await listen(0));
}

/** @returns undefined when the port is taken. */
async function tryListen(
  port: number,
  listen: (port: number) => Promise<SupervisorApi>,
): Promise<SupervisorApi | undefined> {
  try {
    return await listen(port);
  } catch (error) {
    if (isShoalError(error) && error.code === "PORT_TAKEN") return undefined;
    throw error;
  }
}
