import type { Instance, Snapshot } from "../../discovery/instance.ts";
import { createDeparted } from "./departed.ts";
import { createInstanceTable } from "./instance-table.ts";
import { type RegistryOptions, resolveRegistryOptions } from "./registry-options.ts";

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

/** What became of a registration: kept (and which instances that changed), refused as gone, or for want of room. */
type UpsertResult =
  | { readonly kind: "kept"; readonly changed: readonly Instance[]; readonly leaseMs: number }
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
  const table = createInstanceTable(options.servicesMax);
  const departed = createDeparted(options);
  /** Ids by address of those restored that have not renewed: perhaps they ended while nobody looked. */
  const unconfirmed = new Map<string, string>();
  let lastTickMs = nowMs;
  let completeAtMs = nowMs + options.leaseMs;
  let complete = false;

  const leave = (id: string, atMs: number): Instance | undefined => {
    const entry = table.get(id);
    if (!entry) return undefined;
    table.remove(entry);
    departed.add(entry.instance, entry.registration, atMs);
    return entry.instance;
  };
  /** An address that a newcomer listens at is no longer that of one from before: ports are used again. */
  const evictAt = ({ id, address }: Instance, atMs: number): readonly Instance[] => {
    const heldBy = unconfirmed.get(address);
    unconfirmed.delete(address);
    const evicted = heldBy === undefined || heldBy === id ? undefined : leave(heldBy, atMs);
    return evicted ? [evicted] : [];
  };
  /** A late tick means that nobody was heard meanwhile: the time lost is given back to all (Lifeguard, arXiv:1707.00788). */
  const forgiveLateness = (atMs: number) => {
    const lateMs = atMs - lastTickMs - options.tickMs;
    lastTickMs = atMs;
    if (lateMs <= options.lateMsMax) return;
    completeAtMs += lateMs;
    for (const entry of table.all()) entry.untilMs += lateMs;
  };

  for (const instance of restored.slice(0, options.instancesMax)) {
    table.put({ instance, registration: "", untilMs: nowMs + options.leaseMs });
    unconfirmed.set(instance.address, instance.id);
  }

  return {
    upsert({ instance: told, leaseMs: askedMs, registration }, atMs) {
      const before = table.get(told.id);
      if (!before && departed.has(told.id, registration)) return { kind: "gone" };
      // A supervisor registers a program that may register itself too: only the program knows its contract.
      const contract = told.contract === "" ? (before?.instance.contract ?? "") : told.contract;
      const instance = contract === told.contract ? told : { ...told, contract };
      if (!before && table.size() >= options.instancesMax) return { kind: "full" };
      const leaseMs = Math.min(options.leaseMsMax, Math.max(options.leaseMsMin, askedMs));
      const evicted = evictAt(instance, atMs);
      const isNews = !before || !sameInstance(before.instance, instance);
      const entry = { instance, registration, untilMs: atMs + leaseMs };
      if (isNews) table.put(entry);
      else table.renew(entry);
      departed.forget(instance.id);
      return { kind: "kept", changed: isNews ? [instance, ...evicted] : evicted, leaseMs };
    },
    leave,
    expire(atMs) {
      forgiveLateness(atMs);
      departed.expire(atMs);
      const expired = [...table.all()].filter((entry) => entry.untilMs <= atMs);
      for (const entry of expired) table.remove(entry);
      if (!complete && atMs >= completeAtMs) {
        complete = true;
        unconfirmed.clear();
        table.revise();
      }
      return expired.map((entry) => entry.instance);
    },
    snapshot(filter) {
      const services = table.services();
      const instances = [...(filter.services ?? services)]
        .flatMap((service) => table.ofService(service).map((entry) => entry.instance))
        .filter((instance) => inRealm(instance, filter));
      const left = departed.idsOf(filter.services);
      const watched = filter.services ? { watched: [...filter.services] } : {};
      return { revision: table.revision(), instances, services, left, complete, ...watched };
    },
    instances: () => [...table.all()].map((entry) => entry.instance),
    revision: table.revision,
    complete: () => complete,
  };
}

/** Whether a filter's realms include an instance's. */
export function inRealm(instance: Instance, { realm, fallback }: SnapshotFilter): boolean {
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
