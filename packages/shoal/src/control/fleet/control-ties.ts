import type { Cancel } from "../../core/clock.ts";
import { SILENT_LOG } from "../../core/log.ts";
import type { Ports } from "../../core/service.ts";
import { controlRegistry } from "../../discovery/control-registry.ts";
import type { Instance } from "../../discovery/instance.ts";
import type { Lease } from "../../discovery/port.ts";
import type { SupervisorReport } from "../api/fleet-state.ts";
import { createControlSender } from "./control-sender.ts";
import type { FleetLine } from "./line-buffer.ts";
import { createLineShipper } from "./line-shipper.ts";
import { createReporter } from "./reporter.ts";

/** Everything that a supervisor tells the control plane, which may be down at any time: nothing here waits for it. */
export interface ControlTies {
  readonly line: (line: FleetLine) => void;
  /** Some instance has changed. */
  readonly touch: () => void;
  /** The control plane is there (again). */
  readonly resume: () => void;
  /** Resolves when the control plane has been told the state of this moment; or was not there to be told. */
  readonly told: () => Promise<void>;
  /** Registers an instance that cannot do it itself, until it leaves or has ended. */
  readonly join: (instance: Instance) => void;
  readonly leave: (instance: string) => void;
  /** The process of an instance has ended: out of the registry with it, at once. */
  readonly ended: (instance: string) => void;
  /** Sends the last lines. */
  readonly close: () => Promise<void>;
}

export interface ControlTiesParts {
  readonly ports: Ports;
  readonly controlUrl: string;
  readonly realm: string;
  readonly token: string | undefined;
  /** Of the supervisor. */
  readonly id: string;
  readonly report: () => SupervisorReport;
  readonly onLines: (lines: readonly FleetLine[]) => void;
}

export function tieToControl(parts: ControlTiesParts): ControlTies {
  const { ports, controlUrl, realm, token } = parts;
  const sender = createControlSender(controlUrl, ports.clock, token);
  const registry = controlRegistry({
    ports,
    identity: { control: controlUrl, realm, fallbackRealms: {} },
    log: SILENT_LOG, // what it would say, "cannot register", is what every table shows already
    token,
  });
  const leases = new Map<string, Lease>();
  const shipper = createLineShipper(ports.clock, sender.appendLogs);
  const reporter = createReporter(ports.clock, () => sender.report(parts.id, parts.report()));
  const stopListening: Cancel = shipper.onLines(parts.onLines);
  const leave = (instance: string) => {
    const lease = leases.get(instance);
    leases.delete(instance);
    void lease?.leave();
    return lease !== undefined;
  };

  return {
    line: shipper.push,
    touch: reporter.touch,
    resume() {
      void reporter.now();
      shipper.resume();
    },
    told: reporter.now,
    join(instance) {
      leave(instance.id);
      leases.set(instance.id, registry.register(instance));
    },
    leave: (instance) => void leave(instance),
    ended(instance) {
      if (!leave(instance)) void registry.removeInstances([instance]);
    },
    async close() {
      reporter.close();
      await shipper.close();
      stopListening();
      registry.close();
      sender.close();
    },
  };
}
