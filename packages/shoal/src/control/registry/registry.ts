import type { Instance, Snapshot } from "../../discovery/instance.ts";
import { createDeparted } from "./departed.ts";
import { type RegistryOptions, resolveRegistryOptions } from "./registry-options.ts";
import { createServiceIndex } from "./service-index.ts";

/** Which instances somebody asks for. */
export interface SnapshotFilter {
  /** undefined: every service. */
  readonly services: ReadonlySet<string> | undefined;
  /** undefined: every realm. */
  readonly realm: string | undefined;
  /** Service to one more realm whose instances are told too; the resolver chooses. */
  readonly fallback: ReadonlyMap<string, string>;
}

export interface Registration {
  readonly instance: Instance;
  /** Asked for, in ms; brought into the registry's bounds. */
  readonly leaseMs: number;
  /** Tells this registration from an earlier one of the same id; "" when the instance does not say. */
  readonly registration: string;
}

/** What became of a registration: kept (and whether that changed anything), refused as gone, or for want of room. */
export type UpsertResult =
  | { readonly kind: "kept"; readonly changed: boolean; readonly leaseMs: number }
  | { readonly kind: "gone" }
  | { readonly kind: "full" };

/** Who is alive where: no timer, no clock, no I/O. All times are on one monotonic scale, in ms. */
export interface Registry {
  /** Registers or renews. */
  readonly upsert: (given: Registration, nowMs: number) => UpsertResult;
  /** Takes an instance out at once. Returns it, or undefined when it was not there. */
  readonly leave: (id: string, nowMs: number) => Instance | undefined;
  /** Takes out who did not renew; to be called every `tickMs`. Returns them. */
  readonly expire: (nowMs: number) => readonly Instance[];
  readonly snapshot: (filter: SnapshotFilter) => Snapshot;
  /** Every instance, in no order that matters. */
  readonly instances: () => readonly Instance[];
  readonly revision: () => number;
  /** False during the first lease after a start, while instances may not have found it yet. */
  readonly complete: () => boolean;
}

interface Entry {
  readonly instance: Instance;
  readonly registration: string;
  untilMs: number;
}

/**
 * Makes a registry that starts at `nowMs` with what the one before it knew.
 *
 * @param restored Each gets one full lease: the control plane's own pause must cost nobody their place.
 */
export function createRegistry(
  nowMs: number,
  restored: readonly Instance[] = [],
  given?: Partial<RegistryOptions>,
): Registry {
  const options = resolveRegistryOptions(given);
  const entries = new Map<string, Entry>();
  const index = createServiceIndex(options.servicesMax);
  const departed = createDeparted(options);
  let revision = 1;
  let lastTickMs = nowMs;
  let completeAtMs = nowMs + options.leaseMs;
  let complete = false;

  const put = (entry: Entry) => {
    const before = entries.get(entry.instance.id);
    if (before) index.remove(before.instance);
    entries.set(entry.instance.id, entry);
    index.add(entry.instance);
    revision += 1;
  };
  const remove = ({ instance }: Entry) => {
    entries.delete(instance.id);
    index.remove(instance);
    revision += 1;
  };
  /** A late tick means that nobody was heard meanwhile: the time lost is given back to all (Lifeguard, arXiv:1707.00788). */
  const forgiveLateness = (atMs: number) => {
    const lateMs = atMs - lastTickMs - options.tickMs;
    lastTickMs = atMs;
    if (lateMs <= options.lateMsMax) return;
    completeAtMs += lateMs;
    for (const entry of entries.values()) entry.untilMs += lateMs;
  };

  for (const instance of restored.slice(0, options.instancesMax)) {
    put({ instance, registration: "", untilMs: nowMs + options.leaseMs });
  }

  return {
    upsert({ instance, leaseMs: askedMs, registration }, atMs) {
      const before = entries.get(instance.id);
      if (!before && departed.has(instance.id, registration)) return { kind: "gone" };
      if (!before && entries.size >= options.instancesMax) return { kind: "full" };
      const leaseMs = Math.min(options.leaseMsMax, Math.max(options.leaseMsMin, askedMs));
      const changed = !before || !sameInstance(before.instance, instance);
      if (!changed && before.registration === registration) before.untilMs = atMs + leaseMs;
      else if (changed) put({ instance, registration, untilMs: atMs + leaseMs });
      else entries.set(instance.id, { instance: before.instance, registration, untilMs: atMs + leaseMs });
      departed.forget(instance.id);
      return { kind: "kept", changed, leaseMs };
    },
    leave(id, atMs) {
      const entry = entries.get(id);
      if (!entry) return undefined;
      remove(entry);
      departed.add(entry.instance, entry.registration, atMs);
      return entry.instance;
    },
    expire(atMs) {
      forgiveLateness(atMs);
      departed.expire(atMs);
      const expired = [...entries.values()].filter((entry) => entry.untilMs <= atMs);
      for (const entry of expired) remove(entry);
      if (!complete && atMs >= completeAtMs) {
        complete = true;
        revision += 1;
      }
      return expired.map((entry) => entry.instance);
    },
    snapshot({ services, realm, fallback }) {
      const names = index.names();
      const instances: Instance[] = [];
      for (const service of services ?? names) {
        for (const id of index.idsOf(service)) {
          const instance = entries.get(id)?.instance;
          if (instance && inRealm(instance, realm, fallback)) instances.push(instance);
        }
      }
      return {
        revision,
        instances,
        services: names,
        left: departed.idsOf(services),
        complete,
        ...(services ? { watched: [...services] } : {}),
      };
    },
    instances: () => [...entries.values()].map((entry) => entry.instance),
    revision: () => revision,
    complete: () => complete,
  };
}

function inRealm(instance: Instance, realm: string | undefined, fallback: ReadonlyMap<string, string>): boolean {
  return realm === undefined || instance.realm === realm || fallback.get(instance.service) === instance.realm;
}

function sameInstance(left: Instance, right: Instance): boolean {
  return (
    left.service === right.service &&
    left.address === right.address &&
    left.realm === right.realm &&
    left.zone === right.zone &&
    left.release === right.release &&
    left.contract === right.contract
  );
}
