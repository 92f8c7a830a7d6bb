import type { InstanceStatus } from "../../control/api/contract.ts";
import { printable } from "../terminal/display-width.ts";
import { count, formatDuration } from "../terminal/format.ts";
import { lineText } from "./failing-lines.ts";
import { type FleetView, isFailing, summaryText } from "./fleet-view.ts";
import { recentLines } from "./recent-lines.ts";

/**
 * One line for each change, for pipes, files and CI. A failing service's last lines come with its failure.
 * @param write Takes one line without its end.
 */
export function plainView(write: (line: string) => void): FleetView {
  const recent = recentLines();
  const shown = new Map<string, string>();
  const failing = new Set<string>();
  let warnings = "";
  let isReachable = true;
  let dashboard = "";
  /** Before, the control plane may just be slow to start. */
  let isSettled = false;

  const tell = (instance: InstanceStatus) => {
    const text = stateText(instance);
    if (shown.get(instance.instance) === text) return;
    shown.set(instance.instance, text);
    write(text);
    if (!isFailing(instance)) return;
    failing.add(instance.instance);
    for (const line of recent.take(instance.service)) write(`  ${lineText(line)}`);
  };
  /** A new process of a restarted instance has a new id: what is left of the old one is no news. */
  const forget = (instances: readonly InstanceStatus[]) => {
    const current = new Set(instances.map(({ instance }) => instance));
    for (const id of shown.keys()) if (!current.has(id)) shown.delete(id);
    for (const id of failing) if (!current.has(id)) failing.delete(id);
  };

  return {
    started(control, notes) {
      dashboard = control;
      write(`control plane at ${control}`);
      for (const note of notes) write(printable(note));
    },
    changed(instances) {
      for (const instance of instances) tell(instance);
      forget(instances);
    },
    printed(lines) {
      // The supervisor's own words are in the state's reason. What comes after the failure it explains is not kept back.
      const own = lines.filter(({ stream }) => stream !== "shoal");
      recent.add(own.filter(({ instance }) => !failing.has(instance)));
      for (const line of own) if (failing.has(line.instance)) write(`  ${lineText(line)}`);
    },
    rated(rates) {
      if (!rates.isReachable && !isSettled) return;
      if (rates.isReachable !== isReachable) write(`the control plane ${rates.isReachable ? "answers again" : LOST}`);
      ({ isReachable } = rates);
      // Nobody who does not answer says that a warning is over.
      if (!isReachable) return;
      const text = rates.warnings.map(printable).join("; ");
      if (text !== warnings) write(text === "" ? "no warning any more" : `warning: ${text}`);
      warnings = text;
    },
    settled(summary) {
      isSettled = true;
      write(summaryText(summary));
      // Last, where it is found again: everything else scrolls away.
      if (dashboard !== "") write(`dashboard ${dashboard}`);
    },
    stopping: (processes) => write(`stopping ${count(processes, "instance")} ...`),
    stopped: (tookMs) => write(`stopped in ${formatDuration(tookMs)}`),
    close() {},
  };
}

const LOST = "does not answer and is being restarted; the services go on";

function stateText({ instance, state, address, reason }: InstanceStatus): string {
  if (state === "ready") return `${instance} ready${address === null ? "" : ` at ${address}`}`;
  return `${instance} ${state}${reason === null ? "" : `: ${printable(reason)}`}`;
}
