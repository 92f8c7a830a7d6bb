import type { Cancel } from "../../core/clock.ts";
import type { Ports } from "../../core/service.ts";
import type { Instance } from "../../discovery/instance.ts";
import type { InstanceSet, Resolver } from "../../discovery/resolver.ts";
import type { DirectService } from "../../transport/direct.ts";
import type { Connection } from "../../transport/port.ts";
import type { CallService } from "../call.ts";
import type { ServiceSettings } from "../policy.ts";
import { members } from "./layers.ts";
import { createProbeAllowance, type ProbeAllowance } from "./probe-allowance.ts";
import { type Candidate, isReady, type Survey, survey } from "./survey.ts";
import { createZones, type ZonedLayers } from "./zones.ts";

/** One instance as a client sees it: what it thinks of it, and the way to it. */
export interface InstanceClient extends Candidate {
  readonly instance: Instance;
  /** Makes one attempt at it. */
  readonly attempt: CallService;
  /** For calls within this process. Absent where there is no such thing. */
  readonly direct?: DirectInstance;
  /** Calls that wait for a connection to it. */
  readonly waiting: () => number;
  /** True when one more call could not even wait for it. */
  readonly isFull: () => boolean;
  /** Closes what is idle, and the rest when it is done. */
  readonly close: () => void;
}

/** What calls on the short way go by: see direct/direct-way.ts. */
export interface DirectInstance {
  /** The service itself, where it is in this process, and neither faults nor waiting calls are in the way. */
  readonly service: () => DirectService | undefined;
  /** It answered a call well that never waited. */
  readonly answeredAtOnce: (rttMs: number, nowMs: number) => void;
  /** Makes an attempt of what was begun at the service. @param answering Goes on with it. */
  readonly begun: (answering: Connection) => CallService;
}

/** The instances of one service that this process keeps to, in step with the resolver. */
export interface Peers {
  /** How they stand now. @param nowMs For who knows the time already. */
  readonly survey: (nowMs?: number) => Survey<InstanceClient>;
  /** All of them, as `survey` has them. */
  readonly instances: () => readonly InstanceClient[];
  /** For when none of the instances can be reached. */
  readonly lastResort: () => Survey<InstanceClient>;
  readonly set: () => InstanceSet;
  /** One of them may stand otherwise than before: what was surveyed holds no longer. */
  readonly changed: () => void;
  /** Bounds how many attempts are probes in vain. */
  readonly probes: ProbeAllowance;
  /** One of them is well again. Where traffic had to leave the own zone, the others there are tried at once. */
  readonly readmitted: (client: Candidate) => void;
  /** Calls `listener` after each change of the registry's set, until cancelled. */
  readonly onChange: (listener: () => void) => Cancel;
  readonly close: () => void;
}

/** What an instance's client asks of those beside it, and tells them. */
export type Neighbours = Pick<Peers, "instances" | "changed" | "readmitted">;

export interface PeersOptions {
  readonly resolver: Resolver;
  readonly service: string;
  /** The process' own. */
  readonly zone: string;
  readonly settings: Pick<ServiceSettings, "subsetMax" | "zoneInstancesMin" | "zoneOverprovision">;
  /** Makes the client of an instance that is first kept to: a process knows of many more than it calls. */
  readonly open: (instance: Instance, neighbours: Neighbours) => InstanceClient;
}

export function createPeers({ resolver, service, zone, settings, open }: PeersOptions, ports: Ports): Peers {
  const { clock } = ports;
  const zones = createZones({ zone, settings, random: ports.random });
  const clients = new Map<string, InstanceClient>();
  const listeners = new Set<() => void>();
  const probes = createProbeAllowance(clock.now());
  let latest: Survey<InstanceClient> | undefined;

  const clientOf = (instance: Instance) => {
    const known = clients.get(instance.id);
    if (known) return known;
    const client = open(instance, neighbours);
    clients.set(instance.id, client);
    return client;
  };
  const look = ({ local, others, ...rest }: ZonedLayers, nowMs: number) => {
    const kept = (layer: readonly Instance[]) =>
      members(layer, settings.subsetMax, clientOf, (client) => isReady(client, nowMs));
    return survey(
      { ...rest, local: kept(local), others: kept(others), overprovision: settings.zoneOverprovision },
      nowMs,
    );
  };
  const surveyNow = (nowMs = clock.now()) => {
    if (!latest || nowMs >= latest.untilMs) latest = look(zones.layers(nowMs), nowMs);
    return latest;
  };
  const neighbours: Neighbours = {
    instances: () => surveyNow().members,
    changed() {
      latest = undefined;
    },
    readmitted(client) {
      latest = undefined;
      probes.giveBack();
      const { localShare, members: all } = surveyNow();
      if (client.zone !== zone || localShare >= 1) return;
      for (const peer of all) if (peer.zone === zone) hasten(peer, clock.now());
      latest = undefined;
    },
  };
  const apply = (set: InstanceSet) => {
    zones.observe(set.instances, clock.now());
    latest = undefined;
    closeGone(clients, set);
    for (const listener of [...listeners]) listener();
  };

  resolver.watch(service); // first: where it throws, nothing may be left behind
  const cancel = resolver.onChange(service, apply);
  apply(resolver.instancesOf(service));
  return {
    ...neighbours,
    probes,
    survey: surveyNow,
    lastResort() {
      const nowMs = clock.now();
      return look(zones.layersOf(resolver.instancesOf(service).lastResort, nowMs), nowMs);
    },
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

/** What ailed a whole zone may have gone from all of it at once, long before the pauses of each are over. */
function hasten({ ejection, failFast }: Candidate, nowMs: number): void {
  ejection.hasten(nowMs);
  failFast.hasten(nowMs);
}

/** Closes the clients of who has gone, or has moved: that is another instance, and nothing measured holds. */
function closeGone(clients: Map<string, InstanceClient>, { instances, lastResort }: InstanceSet): void {
  const addresses = new Map([...lastResort, ...instances].map(({ id, address }) => [id, address]));
  for (const [id, client] of clients) {
    if (addresses.get(id) === client.instance.address) continue;
    clients.delete(id);
    client.close();
  }
}
