import { messageOf } from "../../core/errors.ts";
import type { Ports } from "../../core/service.ts";
import type { GroupMemberSpec } from "../../discovery/group-spec.ts";
import type { InstanceStatus } from "../api/contract.ts";
import type { NodeService } from "./definition.ts";
import { type GroupFailure, type GroupProcess, type GroupProcessEvents, startGroupProcess } from "./group-process.ts";
import { memberStatus } from "./group-status.ts";
import type { GroupPlan } from "./grouping.ts";
import { driveInstance, type InstanceDriver } from "./instance-driver.ts";
import { newInstanceId } from "./instance-id.ts";
import type { MachineOptions } from "./instance-options.ts";
import type { InstanceRunner, RunnerEvents, RunnerOptions } from "./instance-runner.ts";
import { type InstanceEffect, type Phase, stateOf } from "./instance-state.ts";
import type { FleetLine } from "./line-buffer.ts";
import type { PortPool } from "./ports.ts";
import type { ProcessSpec } from "./spawn-process.ts";

export interface GroupRunnerOptions {
  readonly ports: Ports;
  readonly portPool: PortPool;
  readonly group: GroupPlan;
  /** 1 for the first copy of the group. */
  readonly slot: number;
  readonly place: RunnerOptions["place"];
  readonly machine: MachineOptions;
  /** Services that were stopped: the next process is started without them. */
  readonly isStopped: (service: string) => boolean;
  readonly specOf: (instance: string, members: readonly GroupMemberSpec[]) => ProcessSpec;
  readonly fileOf: (member: NodeService) => string;
  readonly eventsOf: (service: string) => RunnerEvents;
}

/** One process of a group, with the life of any instance; its services have a row each. */
export interface GroupRunner extends InstanceRunner {
  readonly statusOf: (service: string) => InstanceStatus;
}

/** The shell around the life of a group's process: as instance-runner.ts is for that of one service. */
export function createGroupRunner(options: GroupRunnerOptions): GroupRunner {
  const { ports, group } = options;
  const { clock } = ports;
  const events = options.eventsOf(group.name);
  const names = [...group.members.keys()];
  let starts = 0;
  let ids = newIds(options);
  let child: GroupProcess | undefined;
  /** Why the last process ended. */
  let failure: GroupFailure | undefined;
  let cleared: Promise<void> = Promise.resolve();
  const onStopped = new Set<() => void>();

  const say = (text: string) =>
    events.onLine({ service: group.name, instance: ids.group, stream: "shoal", text, timeMs: clock.wallMs() });
  const perform = (effect: InstanceEffect): void => {
    if (effect.kind === "spawn") void begin(effect.run);
    else if (effect.kind === "signal") child?.signal(effect.signal);
    else if (effect.kind === "say") say(effect.text);
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
    try {
      const active = names.filter((service) => !options.isStopped(service));
      const taken = await takePorts(options, active);
      if (driver.machine().run === run) spawn(run, taken);
      else taken.release();
    } catch (error) {
      driver.send({ kind: "unspawnable", run, reason: messageOf(error).replace(/^\[\w+\] /, "") });
    }
  }
  function spawn(run: number, { ports: taken, release }: TakenPorts): void {
    if (starts > 0) ids = newIds(options);
    starts += 1;
    const instance = ids.group;
    const members = membersOf(options, taken, ids);
    const started = startGroupProcess(
      { clock, members, spec: options.specOf(instance, members) },
      processEvents(options, { instance, members }, (event) => {
        if (event.kind === "exited") failure = event.failure;
        driver.send({ ...event, run });
      }),
    );
    child = started;
    const { pid } = started;
    if (pid !== undefined) {
      events.onGroup(pid, true);
      driver.send({ kind: "spawned", run });
    }
    cleared = started.gone.then(() => {
      release();
      if (pid !== undefined) events.onGroup(pid, false);
    });
  }

  const running = () => (isRunning(driver.machine().phase) ? child : undefined);
  const status = () => statusOfAll(options, driver, { instance: ids.group, starts, pid: running()?.pid });

  return {
    service: group.name,
    start: () => driver.send({ kind: "start" }),
    stop: (quick) => driver.send({ kind: "stop", quick }),
    restart: (cause) => driver.send({ kind: "restart", cause }),
    status,
    async gone() {
      if (driver.machine().phase.kind !== "stopped") {
        await new Promise<void>((resolve) => onStopped.add(resolve));
        onStopped.clear();
      }
      await cleared;
    },
    statusOf(service) {
      const whole = status();
      const isStopped = options.isStopped(service);
      const shown = memberStatus({ service, whole, process: running(), failure, isStopped });
      return { ...whole, service, instance: ids.of(service), group: group.name, ...shown };
    },
  };
}

function isRunning(phase: Phase): boolean {
  return phase.kind === "ready" || phase.kind === "stopping" || (phase.kind === "starting" && phase.spawned);
}

interface ProcessFacts {
  readonly instance: string;
  readonly starts: number;
  readonly pid: number | undefined;
}

function statusOfAll(
  { group, place }: GroupRunnerOptions,
  driver: InstanceDriver,
  { instance, starts, pid }: ProcessFacts,
): InstanceStatus {
  const machine = driver.machine();
  const { name: service } = group;
  const life = { state: stateOf(machine), sinceMs: driver.sinceMs(), reason: machine.reason };
  return { service, instance, address: null, pid: pid ?? null, restarts: Math.max(0, starts - 1), ...place, ...life };
}

type ProcessEvent =
  | { readonly kind: "ready" }
  | { readonly kind: "unspawnable"; readonly reason: string }
  | { readonly kind: "exited"; readonly reason: string; readonly failure: GroupFailure };

interface OneProcess {
  readonly instance: string;
  readonly members: readonly GroupMemberSpec[];
}

/** What becomes of a process, told to those whom it concerns: its machine, and the listeners of each service. */
function processEvents(
  { ports, group, eventsOf }: GroupRunnerOptions,
  { instance, members }: OneProcess,
  send: (event: ProcessEvent) => void,
): GroupProcessEvents {
  const events = eventsOf(group.name);
  const printers = new Map(members.map((member) => [member.service, member.instance]));
  const line = (service: string | undefined, stream: FleetLine["stream"], text: string) => {
    const id = printers.get(service ?? "");
    const printer =
      service !== undefined && id !== undefined ? { service, instance: id } : { service: group.name, instance };
    events.onLine({ ...printer, stream, text, timeMs: ports.clock.wallMs() });
  };
  return {
    onReady: () => send({ kind: "ready" }),
    onMember: events.onChange,
    onUnspawnable: (reason) => send({ kind: "unspawnable", reason }),
    onExited(failure) {
      const { service, reason } = failure;
      send({ kind: "exited", reason: service === undefined ? reason : `${service}: ${reason}`, failure });
    },
    onLine: line,
    onSay: (service, text) => line(service, "shoal", text),
    onEnd() {
      for (const member of members) eventsOf(member.service).onEnd(member.instance);
    },
    onFiles(files) {
      for (const member of members) eventsOf(member.service).onFiles(files);
    },
  };
}

interface TakenPorts {
  readonly ports: ReadonlyMap<string, number>;
  readonly release: () => void;
}

/** Throws PORT_TAKEN, with none taken. */
async function takePorts(
  { portPool, group, slot }: GroupRunnerOptions,
  services: readonly string[],
): Promise<TakenPorts> {
  const ports = new Map<string, number>();
  const release = () => {
    for (const port of ports.values()) portPool.release(port);
  };
  try {
    for (const service of services) {
      const fixed = group.members.get(service)?.options.port;
      ports.set(service, await (fixed === undefined ? portPool.take() : portPool.takeFixed(fixed + slot - 1)));
    }
  } catch (cause) {
    release();
    throw cause;
  }
  return { ports, release };
}

function membersOf(
  { group, fileOf }: GroupRunnerOptions,
  ports: ReadonlyMap<string, number>,
  ids: Ids,
): readonly GroupMemberSpec[] {
  return [...group.members].flatMap(([service, definition]) => {
    const port = ports.get(service);
    return port === undefined ? [] : [{ service, instance: ids.of(service), port, file: fileOf(definition) }];
  });
}

/** What a process and its services are called: unique for each start. */
interface Ids {
  readonly group: string;
  readonly of: (service: string) => string;
}

function newIds({ ports: { random }, group, slot }: GroupRunnerOptions): Ids {
  const ids = new Map([...group.members.keys()].map((service) => [service, newInstanceId(random, service, slot)]));
  return { group: newInstanceId(random, group.name, slot), of: (service) => ids.get(service) ?? service };
}
