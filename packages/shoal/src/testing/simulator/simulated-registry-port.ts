import type { Random } from "../../core/clock.ts";
import type { Instance } from "../../discovery/instance.ts";
import type { Lease, Registry, WatchEvents } from "../../discovery/port.ts";
import { reconnectDelayMs } from "../../discovery/reconnect-delay.ts";
import type { SimulatedProcess } from "./simulated-process.ts";
import type { WorldClock } from "./world-clock.ts";

/** From a process to the registry, or back, in ms. */
export const REGISTRY_DELAY_MS = 1;
/** How often an instance renews its lease, as the real client does. */
const RENEW_MS = 3_000;
const RENEW_JITTER = 0.1;
/** How long leaving may take, in ms. */
const LEAVE_MS = 1_000;

/** A process that wants to know of some services. */
export interface Watcher {
  readonly process: SimulatedProcess;
  readonly events: WatchEvents;
  readonly services: Set<string>;
}

/** The registry, as what reaches it sees it. */
export interface RegistryHeart {
  readonly clock: WorldClock;
  readonly isUp: () => boolean;
  readonly put: (instance: Instance) => void;
  readonly depart: (id: string) => void;
  readonly watchers: Set<Watcher>;
  /** Sends a watcher what it should know now. */
  readonly tell: (watcher: Watcher) => void;
}

/** The way of one process to the registry. */
export function registryPort(heart: RegistryHeart, process: SimulatedProcess, random: Random): Registry {
  const { clock, watchers } = heart;
  return {
    register: (instance) => keepLease(heart, { process, random, instance }),
    watch(events) {
      const watcher: Watcher = { process, events, services: new Set() };
      watchers.add(watcher);
      return {
        add(service) {
          watcher.services.add(service);
          clock.after(REGISTRY_DELAY_MS, () => {
            if (heart.isUp()) heart.tell(watcher);
            else process.whenAwake(() => events.onStale("the connection was refused"));
          });
        },
        close: () => void watchers.delete(watcher),
      };
    },
  };
}

interface LeaseParts {
  readonly process: SimulatedProcess;
  readonly random: Random;
  readonly instance: Instance;
}

function keepLease(heart: RegistryHeart, { process, random, instance }: LeaseParts): Lease {
  const { clock } = heart;
  const registered = Promise.withResolvers<void>();
  let failures = 0;
  let left = false;

  const renew = () => void clock.after(REGISTRY_DELAY_MS, arrive);
  const arrive = () => {
    if (left || !process.isAlive()) return;
    if (heart.isUp()) {
      failures = 0;
      heart.put(instance);
      process.clock.after(REGISTRY_DELAY_MS, registered.resolve);
    } else failures += 1;
    process.clock.after(failures > 0 ? reconnectDelayMs(failures, random) : renewMs(random), renew);
  };
  renew();
  return {
    registered: registered.promise,
    leave() {
      left = true;
      registered.resolve();
      clock.after(REGISTRY_DELAY_MS, () => heart.depart(instance.id));
      const answerMs = heart.isUp() ? 2 * REGISTRY_DELAY_MS : LEAVE_MS;
      return new Promise((resolve) => void process.clock.after(answerMs, resolve));
    },
  };
}

function renewMs(random: Random): number {
  return RENEW_MS * (1 + RENEW_JITTER * (2 * random() - 1));
}
