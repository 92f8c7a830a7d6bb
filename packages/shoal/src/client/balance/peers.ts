import type { Cancel } from "../../core/clock.ts";
import type { Instance } from "../../discovery/instance.ts";
import type { InstanceSet, Resolver } from "../../discovery/resolver.ts";
import type { CallService } from "../call.ts";
import type { Candidate } from "./pick.ts";

/** One instance as a client sees it: what it thinks of it, and the way to it. */
export interface InstanceClient extends Candidate {
  readonly instance: Instance;
  /** Makes one attempt at it. */
  readonly attempt: CallService;
  /** Closes what is idle, and the rest when it is done. */
  readonly close: () => void;
}

/** The instances of one service, kept in step with the resolver. */
export interface Peers {
  readonly instances: () => readonly InstanceClient[];
  /** For when none of the instances can be reached. */
  readonly lastResort: () => readonly InstanceClient[];
  readonly set: () => InstanceSet;
  /** Calls `listener` after each change, until cancelled. */
  readonly onChange: (listener: () => void) => Cancel;
  readonly close: () => void;
}

/** @param open Makes the client of an instance that is new. */
export function createPeers(
  resolver: Resolver,
  service: string,
  open: (instance: Instance, peers: Pick<Peers, "instances">) => InstanceClient,
): Peers {
  let clients = new Map<string, InstanceClient>();
  let instances: readonly InstanceClient[] = [];
  let lastResort: readonly InstanceClient[] = [];
  const listeners = new Set<() => void>();

  const clientOf = (instance: Instance, next: Map<string, InstanceClient>) => {
    const before = clients.get(instance.id);
    // an instance that moved is another one: nothing measured holds
    const client =
      before?.instance.address === instance.address ? before : open(instance, { instances: () => instances });
    next.set(instance.id, client);
    return client;
  };
  const apply = (set: InstanceSet) => {
    const next = new Map<string, InstanceClient>();
    instances = set.instances.map((instance) => clientOf(instance, next));
    lastResort = set.lastResort.map((instance) => clientOf(instance, next));
    for (const [id, client] of clients) if (next.get(id) !== client) client.close();
    clients = next;
    for (const listener of [...listeners]) listener();
  };

  const cancel = resolver.onChange(service, apply);
  resolver.watch(service);
  apply(resolver.instancesOf(service));
  return {
    instances: () => instances,
    lastResort: () => lastResort,
    set: () => resolver.instancesOf(service),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      cancel();
      for (const client of clients.values()) client.close();
      clients.clear();
    },
  };
}
