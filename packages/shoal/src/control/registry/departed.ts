import type { Instance } from "../../discovery/instance.ts";

interface Departure {
  readonly service: string;
  readonly registration: string;
  readonly atMs: number;
}

export interface DepartedOptions {
  /** How long a departure is remembered, in ms. */
  readonly leftMs: number;
  /** How many; the oldest is forgotten first. */
  readonly leftMax: number;
}

/** Who left lately, oldest first. Tells a watcher whom it need not miss, and a late renewal that it comes too late. */
export interface Departed {
  readonly add: (instance: Instance, registration: string, nowMs: number) => void;
  /** True when this registration has left. One without a name ("") is always taken as new. */
  readonly has: (id: string, registration: string) => boolean;
  readonly forget: (id: string) => void;
  readonly expire: (nowMs: number) => void;
  /** @param services undefined: of every service. */
  readonly idsOf: (services: ReadonlySet<string> | undefined) => readonly string[];
}

export function createDeparted({ leftMs, leftMax }: DepartedOptions): Departed {
  const departures = new Map<string, Departure>();
  const dropOldest = (isOver: (oldest: Departure) => boolean) => {
    for (const [id, departure] of departures) {
      if (!isOver(departure)) return;
      departures.delete(id);
    }
  };
  return {
    add({ id, service }, registration, nowMs) {
      departures.delete(id);
      departures.set(id, { service, registration, atMs: nowMs });
      dropOldest(() => departures.size > leftMax);
    },
    has: (id, registration) => registration !== "" && departures.get(id)?.registration === registration,
    forget: (id) => void departures.delete(id),
    expire: (nowMs) => dropOldest(({ atMs }) => atMs + leftMs <= nowMs),
    idsOf: (services) =>
      [...departures].filter(([, { service }]) => !services || services.has(service)).map(([id]) => id),
  };
}
