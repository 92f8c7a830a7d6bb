import type { Cancel } from "../core/clock.ts";
import { messageOf } from "../core/errors.ts";
import { checkDurationMs, checkInteger, checkOption } from "../core/options.ts";
import type { Ports } from "../core/service.ts";
import type { Identity } from "./identity.ts";
import type { Instance } from "./instance.ts";
import type { Registry, WatchEvents } from "./port.ts";

/** One address of a name. */
export interface DnsAnswer {
  readonly host: string;
  readonly port: number;
  /** How long the answer holds, in ms; undefined when the source does not say. */
  readonly ttlMs: number | undefined;
}

/** Looks one name up. Rejects when there is no answer; an empty list counts as no answer too. */
type DnsLookup = (name: string) => Promise<readonly DnsAnswer[]>;

export interface DnsRegistryOptions {
  /** What follows the service's name, such as "default.svc.cluster.local". */
  readonly suffix: string;
  /** The port of every instance, 1 to 65 535; undefined: the names have SRV records, which say it. */
  readonly port: number | undefined;
  /** How long an answer without a TTL holds, in ms, >= 100. */
  readonly refreshMs: number;
  /** Shortest and longest time an answer holds, in ms: TTLs of 0 and of days are both in use. */
  readonly refreshMsMin: number;
  readonly refreshMsMax: number;
}

/** 10 s as the longest: how long a dead instance stays in the set, its failures being noticed by the client earlier. */
const DNS_DEFAULTS: Omit<DnsRegistryOptions, "suffix"> = Object.freeze({
  port: undefined,
  refreshMs: 5_000,
  refreshMsMin: 1_000,
  refreshMsMax: 10_000,
});

export interface DnsRegistryContext {
  readonly ports: Ports;
  readonly identity: Pick<Identity, "realm" | "zone">;
  /** Default: the machine's resolver, by A and AAAA or by SRV. */
  readonly lookup?: DnsLookup;
}

/** What is known of one name. */
interface Entry {
  instances: readonly Instance[] | undefined;
  looking: boolean;
  cancel: Cancel | undefined;
}

/**
 * Finds services as `NAME.SUFFIX` in the DNS, as Kubernetes and Consul serve them. Registering does nothing: whoever
 * runs the DNS knows. Each name is looked up once at a time, again when its TTL ends, and keeps its last answer
 * while there is no new one. Throws OPTION_INVALID.
 */
export function dnsRegistry(
  { ports, identity, lookup }: DnsRegistryContext,
  given: Pick<DnsRegistryOptions, "suffix"> & Partial<DnsRegistryOptions>,
): Registry {
  const options = resolveOptions(given);
  const find = lookup ?? systemLookup(options.port);
  const entries = new Map<string, Entry>();
  const watches = new Map<WatchEvents, Set<string>>();
  let revision = 0;

  const publish = (service: string) => {
    revision += 1;
    for (const [events, watched] of watches) {
      if (!watched.has(service)) continue;
      const answered = [...watched].filter((name) => entries.get(name)?.instances);
      const instances = answered.flatMap((name) => entries.get(name)?.instances ?? []);
      events.onSnapshot({ revision, instances, services: answered, watched: answered });
    }
  };
  const isWatched = (service: string) => [...watches.values()].some((watched) => watched.has(service));
  const look = async (service: string, entry: Entry) => {
    if (entry.looking) return;
    entry.looking = true;
    entry.cancel?.();
    let holdMs = options.refreshMsMin;
    try {
      const answers = await find(`${service}.${options.suffix}`);
      if (answers.length === 0) throw new Error("no addresses");
      entry.instances = answers.map((answer) => instanceOf(service, answer, identity)).sort(byId);
      holdMs = holdMsOf(answers, options);
      publish(service);
    } catch (cause) {
      const reason = `${service}.${options.suffix}: ${messageOf(cause)}`;
      for (const [events, watched] of watches) if (watched.has(service)) events.onStale(reason);
    }
    entry.looking = false;
    if (!isWatched(service)) return void entries.delete(service);
    // up to a tenth earlier, so that the processes of a fleet do not ask as one
    entry.cancel = ports.clock.after(holdMs * (1 - 0.1 * ports.random()), () => void look(service, entry));
  };
  const begin = (service: string) => {
    const known = entries.get(service);
    if (known?.instances) return publish(service);
    const entry = known ?? { instances: undefined, looking: false, cancel: undefined };
    entries.set(service, entry);
    void look(service, entry);
  };

  return {
    register: () => ({ leave: () => Promise.resolve() }),
    watch(events) {
      const watched = new Set<string>();
      watches.set(events, watched);
      return {
        add(service) {
          if (watched.has(service)) return;
          watched.add(service);
          begin(service);
        },
        close() {
          watches.delete(events);
          for (const service of watched) {
            const entry = entries.get(service);
            if (isWatched(service) || !entry || entry.looking) continue;
            entry.cancel?.();
            entries.delete(service);
          }
        },
      };
    },
  };
}

function resolveOptions(given: Pick<DnsRegistryOptions, "suffix"> & Partial<DnsRegistryOptions>): DnsRegistryOptions {
  const suffix = given.suffix.replace(/^\.|\.$/g, "");
  const options = {
    suffix,
    port: given.port ?? DNS_DEFAULTS.port,
    refreshMs: given.refreshMs ?? DNS_DEFAULTS.refreshMs,
    refreshMsMin: given.refreshMsMin ?? DNS_DEFAULTS.refreshMsMin,
    refreshMsMax: given.refreshMsMax ?? DNS_DEFAULTS.refreshMsMax,
  };
  checkOption(/^[a-z0-9-]+(\.[a-z0-9-]+)*$/i.test(suffix), "suffix", "a domain name", given.suffix);
  if (options.port !== undefined) checkInteger("port", options.port, 1, 65_535);
  checkDurationMs("refreshMs", options.refreshMs, 100);
  checkDurationMs("refreshMsMin", options.refreshMsMin, 100);
  checkDurationMs("refreshMsMax", options.refreshMsMax, options.refreshMsMin);
  return Object.freeze(options);
}

function holdMsOf(answers: readonly DnsAnswer[], options: DnsRegistryOptions): number {
  const ttlMs = Math.min(...answers.map((answer) => answer.ttlMs ?? options.refreshMs));
  return Math.min(options.refreshMsMax, Math.max(options.refreshMsMin, ttlMs));
}

function instanceOf(service: string, { host, port }: DnsAnswer, { realm, zone }: Pick<Identity, "realm" | "zone">) {
  const authority = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  return {
    id: `${service}-${host}-${port}`,
    service,
    address: `http://${authority}`,
    realm,
    zone,
    release: "",
    contract: "",
  };
}

/** Servers rotate their answers to spread load; here that would only look like a change. */
function byId(left: Instance, right: Instance): number {
  return left.id < right.id ? -1 : 1;
}

function systemLookup(port: number | undefined): DnsLookup {
  if (port === undefined) {
    return async (name) => {
      const { resolveSrv } = await import("node:dns/promises");
      const records = await resolveSrv(name);
      return records.map((record) => ({ host: record.name, port: record.port, ttlMs: undefined }));
    };
  }
  return async (name) => {
    const { resolve4, resolve6 } = await import("node:dns/promises");
    const [four, six] = await Promise.allSettled([resolve4(name, { ttl: true }), resolve6(name, { ttl: true })]);
    const records = [four, six].flatMap((result) => (result.status === "fulfilled" ? result.value : []));
    if (records.length === 0 && four.status === "rejected") throw four.reason;
    return records.map((record) => ({ host: record.address, port, ttlMs: record.ttl * 1_000 }));
  };
}
