import type { InstanceStatus, ServiceStatus } from "../../control/api/contract.ts";
import type { FleetLine } from "../../control/fleet/line-buffer.ts";
import { count, formatDuration } from "../terminal/format.ts";

/** How a start went, once no instance is starting any more. */
export interface StartSummary {
  readonly tookMs: number;
  readonly services: number;
  readonly instances: readonly InstanceStatus[];
  /** The instances that are not ready; empty when all is well. */
  readonly failed: readonly InstanceStatus[];
}

/** What the control plane tells about itself and the traffic; undefined fields when it does not answer. */
export interface FleetRates {
  readonly services: readonly ServiceStatus[];
  readonly warnings: readonly string[];
  readonly isReachable: boolean;
}

/** Where `shoal up` shows what happens: a live table, plain lines, JSON lines. Calls come in the order below. */
export interface FleetView {
  /**
   * The control plane listens and every service is being started.
   * @param notes Which services share a process, and why others do not.
   */
  readonly started: (control: string, notes: readonly string[]) => void;
  /** All instances, after a change of any. May come before `started`. */
  readonly changed: (instances: readonly InstanceStatus[]) => void;
  /** What the processes printed. */
  readonly printed: (lines: readonly FleetLine[]) => void;
  readonly rated: (rates: FleetRates) => void;
  readonly settled: (summary: StartSummary) => void;
  /** @param processes How many have to end. */
  readonly stopping: (processes: number) => void;
  readonly stopped: (tookMs: number) => void;
  /** Gives the terminal back; also after an error. */
  readonly close: () => void;
}

/** True for an instance that does not run as it should. */
export function isFailing({ state }: Pick<InstanceStatus, "state">): boolean {
  return state === "failed" || state === "crash-loop" || state === "backoff" || state === "unhealthy";
}

/** True for an instance whose process runs. */
export function isRunning({ pid }: InstanceStatus): boolean {
  return pid !== null;
}

/** "ready in 2.1 s: …" or "started in 2.1 s: …, but …", without colour. */
export function summaryText({ tookMs, services, instances, failed }: StartSummary): string {
  const took = formatDuration(tookMs);
  const all = `${count(services, "service")}, ${count(instances.length, "instance")}`;
  if (failed.length === 0) return `ready in ${took}: ${all}`;
  const names = [...new Set(failed.map(({ service }) => service))].join(", ");
  return `started in ${took}: ${all}, but not ready: ${names}`;
}
