import { sleep } from "../../core/clock.ts";
import type { CliPorts } from "../ports.ts";
import type { FleetRates } from "./fleet-view.ts";

const POLL_MS = 1_000;
/** Failed answers in a row before it is said: one may fall into a restart of the control plane. */
const MISSES_MAX = 2;

/** Asks the control plane once a second for rates and warnings until aborted. Never rejects. */
export async function pollRates(
  ports: CliPorts,
  address: string,
  onRates: (rates: FleetRates) => void,
  signal: AbortSignal,
): Promise<void> {
  const control = await ports.connectControl(address);
  let misses = 0;
  while (!signal.aborted) {
    try {
      const [services, fleet] = await Promise.all([
        control.listServices(undefined, { signal }),
        control.getFleet(undefined, { signal }),
      ]);
      misses = 0;
      onRates({ services, warnings: fleet.warnings, isReachable: true });
    } catch {
      // The fleet runs on without its control plane, which the supervisor restarts; the view says so.
      misses += 1;
      if (misses >= MISSES_MAX && !signal.aborted) onRates({ services: [], warnings: [], isReachable: false });
    }
    await sleep(ports.clock, POLL_MS, signal).catch(() => {});
  }
}
