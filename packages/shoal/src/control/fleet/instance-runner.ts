import { messageOf } from "../../core/errors.ts";
import type { Ports } from "../../core/service.ts";
import type { Instance } from "../../discovery/instance.ts";
import type { InstanceStatus } from "../api/contract.ts";
import type { ServiceDefinition } from "./definition.ts";
import { driveInstance, type InstanceDriver } from "./instance-driver.ts";
import { newInstanceId } from "./instance-id.ts";
import type { MachineOptions } from "./instance-options.ts";
import { type InstanceProcess, startInstanceProcess } from "./instance-process.ts";
import { type InstanceEffect, stateOf } from "./instance-state.ts";
import type { FleetLine } from "./line-buffer.ts";
import type { PortPool } from "./ports.ts";
import type { ProcessSpec } from "./spawn-process.ts";

/** What a runner tells the supervisor. */
export interface RunnerEvents {
  readonly onChange: () => void;
  readonly onLine: (line: FleetLine) => void;
  /** The group of a process that now runs, or has gone with all that was in it. */
  readonly onGroup: (group: number, isAlive: boolean) => void;
  /** An instance that cannot register itself is ready; it is about to go. */
  readonly onJoin: (instance: Instance) => void;
  readonly onLeave: (instance: string) => void;
  /** The process of an instance, of any kind, has ended. */
  readonly onEnd: (instance: string) => void;
  /** Source files that its process loaded or complained about. */
  readonly onFiles: (files: readonly string[]) => void;
}

export interface RunnerOptions {
  readonly ports: Ports;
  readonly portPool: PortPool;
  readonly service: string;
  /** 1 for the first instance of a service. */
  readonly slot: number;
  readonly definition: ServiceDefinition;
  readonly place: { readonly realm: string; readonly zone: string; readonly release: string };
  readonly machine: MachineOptions;
  readonly specOf: (instance: string, port: number) => ProcessSpec;
  readonly events: RunnerEvents;
}

/** One place in the fleet: at most one process at a time, a new one after each end until it is stopped. */
export interface InstanceRunner {
  readonly service: string;
  readonly start: () => void;
  /** @param quick Without the pause in which callers learn that it goes. */
  readonly stop: (quick: boolean) => void;
  readonly restart: (cause: "request" | "change") => void;
  readonly status: () => InstanceStatus;
  /** Resolves when no process of it is left: after `stop`. */
  readonly gone: () => Promise<void>;
}

/** The shell around the life of one instance: starts and signals its processes, and tells the machine what they do. */
export function createInstanceRunner(options: RunnerOptions): InstanceRunner {
  const { ports, portPool, service, slot, definition, place, events } = options;
  const { clock } = ports;
  const registersItself = definition.kind === "node" || definition.options.listens === false;
  let starts = 0;
  let instance = newInstanceId(ports.random, service, slot);
  let child: InstanceProcess | undefined;
  /** Resolves when the last process and its group have gone: the next one waits for it. */
  let cleared: Promise<void> = Promise.resolve();
  const onStopped = new Set<() => void>();

  const perform = (effect: InstanceEffect): void => {
    if (effect.kind === "spawn") void begin(effect.run);
    else if (effect.kind === "signal") child?.signal(effect.signal);
    else if (effect.kind === "say") {
      events.onLine({ service, instance, stream: "shoal", text: effect.text, timeMs: clock.wallMs() });
    } else if (registersItself) return;
    else if (effect.kind === "leave") events.onLeave(instance);
    else events.onJoin({ id: instance, service, address: child?.address() ?? "", ...place, contract: "" });
  };
  const driver = driveInstance(ports, options.machine, {
    perform,
    onChange({ phase }) {
      if (phase.kind === "stopped") for (const resolve of onStopped) resolve();
      events.onChange();
    },
  });

  /** The machine may have moved on while this waits: then nothing is started. */
  async function begin(run: number): Promise<void> {
    await cleared;
    if (driver.machine().run !== run) return;
    const fixed = definition.options.port;
    try {
      const port = await (fixed === undefined ? portPool.take() : portPool.takeFixed(fixed + slot - 1));
      if (driver.machine().run === run) spawn(run, port);
      else portPool.release(port);
    } catch (error) {
      driver.send({ kind: "unspawnable", run, reason: messageOf(error).replace(/^\[\w+\] /, "") });
    }
  }
  function spawn(run: number, port: number): void {
    const id = starts === 0 ? instance : newInstanceId(ports.random, service, slot);
    instance = id;
    starts += 1;
    const started = startInstanceProcess(
      { clock, definition, port, spec: options.specOf(id, port) },
      {
        onSign: (sign) => driver.send({ ...sign, run }),
        onLine: (stream, text) => events.onLine({ service, instance: id, stream, text, timeMs: clock.wallMs() }),
        onEnd: () => events.onEnd(id),
        onFiles: events.onFiles,
      },
    );
    child = started;
    const { pid } = started;
    if (pid !== undefined) {
      events.onGroup(pid, true);
      driver.send({ kind: "spawned", run });
    }
    cleared = started.gone.then(() => {
      portPool.release(port);
      if (pid !== undefined) events.onGroup(pid, false);
    });
  }

  return {
    service,
    start: () => driver.send({ kind: "start" }),
    stop: (quick) => driver.send({ kind: "stop", quick }),
    restart: (cause) => driver.send({ kind: "restart", cause }),
    status: () => ({ service, instance, restarts: Math.max(0, starts - 1), ...place, ...statusOf(driver, child) }),
    async gone() {
      if (driver.machine().phase.kind !== "stopped") {
        await new Promise<void>((resolve) => onStopped.add(resolve));
        onStopped.clear();
      }
      await cleared;
    },
  };
}

function statusOf(driver: InstanceDriver, child: InstanceProcess | undefined) {
  const machine = driver.machine();
  const { phase } = machine;
  const runs = phase.kind === "ready" || phase.kind === "stopping" || (phase.kind === "starting" && phase.spawned);
  return {
    state: stateOf(machine),
    pid: (runs ? child?.pid : undefined) ?? null,
    address: (runs && phase.kind !== "starting" ? child?.address() : undefined) ?? null,
    sinceMs: driver.sinceMs(),
    reason: machine.reason,
  };
}
