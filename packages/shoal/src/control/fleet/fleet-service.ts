import type { InstanceStatus } from "../api/contract.ts";
import type { GroupRunner } from "./group-runner.ts";
import type { InstanceRunner } from "./instance-runner.ts";
import { createRollingRestart } from "./rolling-restart.ts";

/** A service of the fleet, as commands know it: whether it has processes of its own or shares some. */
export interface FleetService {
  /** In the order of their slots. */
  readonly instances: () => readonly InstanceStatus[];
  /** One instance after the other; a group restarts whole. */
  readonly restart: (cause: "request" | "change") => void;
  readonly start: () => void;
  readonly stop: () => void;
  /** Touches no further instance. */
  readonly cancel: () => void;
}

type Changed = () => Promise<void>;

/** A service with processes of its own. @param apart Why it is in no group, when that needs saying. */
export function serviceApart(
  runners: readonly InstanceRunner[],
  apart: string | undefined,
  changed: Changed,
): FleetService {
  const rolling = createRollingRestart(runners, changed);
  return {
    instances: () => runners.map((runner) => ({ ...runner.status(), ...(apart !== undefined && { apart }) })),
    restart: rolling.begin,
    start() {
      for (const runner of runners) runner.start();
    },
    stop() {
      rolling.cancel();
      for (const runner of runners) runner.stop(false);
    },
    cancel: rolling.cancel,
  };
}

/**
 * The services of a group. One that is stopped is left out of its process, which starts anew without it: code that is
 * loaded cannot be taken out again.
 * @param stopped Those that were stopped; the runners ask it when they start a process.
 */
export function servicesOfGroup(
  names: readonly string[],
  runners: readonly GroupRunner[],
  stopped: Set<string>,
  changed: Changed,
): ReadonlyMap<string, FleetService> {
  const rolling = createRollingRestart(runners, changed);
  let changing = false;
  /** One file is part of several services: they ask in one turn, and mean one restart. */
  const onFileChange = () => {
    if (changing) return;
    changing = true;
    queueMicrotask(() => {
      changing = false;
      rolling.begin("change");
    });
  };
  const stopAll = () => {
    rolling.cancel();
    for (const runner of runners) runner.stop(false);
  };
  const serviceOf = (service: string): FleetService => ({
    instances: () => runners.map((runner) => runner.statusOf(service)),
    restart(cause) {
      if (cause === "change") {
        if (!stopped.has(service)) onFileChange();
        return;
      }
      stopped.delete(service);
      rolling.begin(cause);
    },
    start() {
      const isLeftOut = stopped.delete(service);
      const runs = runners.some((runner) => runner.status().state !== "stopped");
      if (isLeftOut && runs) rolling.begin("request");
      else for (const runner of runners) runner.start();
    },
    stop() {
      stopped.add(service);
      if (names.every((name) => stopped.has(name))) stopAll();
      else rolling.begin("request");
    },
    cancel: rolling.cancel,
  });
  return new Map(names.map((service) => [service, serviceOf(service)]));
}
