import type { InstanceStatus } from "../../control/api/contract.ts";
import type { Supervisor } from "../../control/fleet/supervisor.ts";
import { EXIT } from "../exit-codes.ts";
import type { CliPorts } from "../ports.ts";
import { type FleetView, isRunning, type StartSummary } from "./fleet-view.ts";
import { groupingText } from "./grouping-text.ts";
import { pollRates } from "./poll-rates.ts";

/** One Ctrl-C may arrive twice: from the terminal, and again from npm, which passes it on. */
const SAME_INTERRUPT_MS = 500;

/**
 * Runs a fleet from start to stop and shows it. A service that fails to start leaves the others running.
 * @returns The exit code: ok; failed when something that failed at the start was not ready at the end either; killed
 * after a second Ctrl-C. Throws what `supervisor.start` throws.
 */
export async function runFleet(ports: CliPorts, supervisor: Supervisor, view: FleetView): Promise<number> {
  const { clock } = ports;
  const beganMs = clock.now();
  const interrupts = watchInterrupts(ports);
  const ended = new AbortController();
  const cancels = [
    supervisor.onChange(() => view.changed(supervisor.instances())),
    supervisor.onLines((lines) => view.printed(lines)),
    interrupts.cancel,
    () => ended.abort(),
  ];
  try {
    await Promise.race([supervisor.start(), interrupts.first]);
    if (!interrupts.isStopping()) {
      view.changed(supervisor.instances());
      view.started(supervisor.controlUrl(), groupingText(supervisor.grouping));
      void pollRates(ports, supervisor.controlUrl(), view.rated, ended.signal);
      await Promise.race([supervisor.settled(), interrupts.first]);
    }
    const summary = summaryOf(supervisor.instances(), clock.now() - beganMs);
    if (!interrupts.isStopping()) {
      view.changed(supervisor.instances());
      view.settled(summary);
    }
    await interrupts.first;
    const isFailed = failedStill(summary, supervisor.instances());
    const stopMs = clock.now();
    view.stopping(supervisor.instances().filter(isRunning).length);
    const how = await Promise.race([supervisor.stop(), interrupts.second]);
    // The process ends at once; the watchdog then ends every process that is left.
    if (how === "killed") return EXIT.killed.code;
    view.stopped(clock.now() - stopMs);
    return isFailed ? EXIT.failed.code : EXIT.ok.code;
  } finally {
    for (const cancel of cancels) cancel();
    view.close();
  }
}

interface Interrupts {
  readonly first: Promise<"stop">;
  readonly second: Promise<"killed">;
  readonly isStopping: () => boolean;
  readonly cancel: () => void;
}

function watchInterrupts(ports: CliPorts): Interrupts {
  const first = Promise.withResolvers<"stop">();
  const second = Promise.withResolvers<"killed">();
  let firstMs: number | undefined;
  const cancel = ports.onInterrupt(() => {
    const nowMs = ports.clock.now();
    if (firstMs === undefined) {
      firstMs = nowMs;
      first.resolve("stop");
    } else if (nowMs - firstMs >= SAME_INTERRUPT_MS) second.resolve("killed");
  });
  return { first: first.promise, second: second.promise, isStopping: () => firstMs !== undefined, cancel };
}

function summaryOf(instances: readonly InstanceStatus[], tookMs: number): StartSummary {
  const failed = instances.filter(({ state }) => state !== "ready" && state !== "stopped");
  return { tookMs, services: new Set(instances.map(({ service }) => service)).size, instances, failed };
}

function failedStill({ failed }: StartSummary, instances: readonly InstanceStatus[]): boolean {
  const services = new Set(failed.map(({ service }) => service));
  return instances.some(({ service, state }) => services.has(service) && state !== "ready" && state !== "stopped");
}
