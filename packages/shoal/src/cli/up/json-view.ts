import type { InstanceStatus } from "../../control/api/contract.ts";
import type { FleetView, StartSummary } from "./fleet-view.ts";

/** What `shoal up --json` prints, one a line; also how a detached supervisor tells the command that started it. */
export type FleetEvent =
  | { readonly event: "started"; readonly fleet: string; readonly control: string; readonly notes: readonly string[] }
  | ({ readonly event: "instance" } & InstanceStatus)
  | ({ readonly event: "settled"; readonly dashboard: string } & StartSummary)
  | { readonly event: "stopping"; readonly processes: number }
  | { readonly event: "stopped"; readonly tookMs: number };

/** @param tell Takes each event; it must not throw. */
export function jsonView(fleet: string, tell: (event: FleetEvent) => void): FleetView {
  const shown = new Map<string, string>();
  let dashboard = "";
  return {
    started(control, notes) {
      dashboard = control;
      tell({ event: "started", fleet, control, notes });
    },
    changed(instances) {
      for (const instance of instances) {
        const text = JSON.stringify(instance);
        if (shown.get(instance.instance) !== text) tell({ event: "instance", ...instance });
        shown.set(instance.instance, text);
      }
      const current = new Set(instances.map(({ instance }) => instance));
      for (const id of shown.keys()) if (!current.has(id)) shown.delete(id);
    },
    printed() {},
    rated() {},
    settled: (summary) => tell({ event: "settled", dashboard, ...summary, tookMs: Math.round(summary.tookMs) }),
    stopping: (processes) => tell({ event: "stopping", processes }),
    stopped: (tookMs) => tell({ event: "stopped", tookMs: Math.round(tookMs) }),
    close() {},
  };
}

/** Several views as one: each is told everything. */
export function allViews(views: readonly FleetView[]): FleetView {
  const all = (tell: (view: FleetView) => void) => {
    for (const view of views) tell(view);
  };
  return {
    started: (control, notes) => all((view) => view.started(control, notes)),
    changed: (instances) => all((view) => view.changed(instances)),
    printed: (lines) => all((view) => view.printed(lines)),
    rated: (rates) => all((view) => view.rated(rates)),
    settled: (summary) => all((view) => view.settled(summary)),
    stopping: (processes) => all((view) => view.stopping(processes)),
    stopped: (tookMs) => all((view) => view.stopped(tookMs)),
    close: () => all((view) => view.close()),
  };
}
