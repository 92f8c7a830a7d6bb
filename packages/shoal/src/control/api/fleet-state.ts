import { checkDurationMs, checkInteger, withDefaults } from "../../core/options.ts";
import type { Instance } from "../../discovery/instance.ts";
import type { InstanceStatus } from "./contract.ts";

/** What a supervisor says about all it runs. */
export interface SupervisorReport {
  readonly fleet: string;
  readonly address: string;
  readonly instances: readonly InstanceStatus[];
  /** What it cannot do at present, for people. */
  readonly warnings: readonly string[];
}

export interface FleetStateOptions {
  /** After this long without a report a supervisor's word counts no more, in ms. Default 15 000: three reports. */
  readonly silentMs: number;
  /** And after this long it is forgotten, in ms. Default 600 000. */
  readonly forgetMs: number;
  /**
   * Ready for this long and yet not in the registry: an instance that does not renew its lease, in ms. Default 15 000:
   * a lease and a half.
   */
  readonly unregisteredMs: number;
  /** Supervisors remembered; the one silent for longest goes first. Default 100. */
  readonly supervisorsMax: number;
}

export const FLEET_STATE_DEFAULTS: FleetStateOptions = Object.freeze({
  silentMs: 15_000,
  forgetMs: 600_000,
  unregisteredMs: 15_000,
  supervisorsMax: 100,
});

/** The moment, on both scales. */
export interface Moment {
  /** On `clock.now()`'s scale. */
  readonly nowMs: number;
  /** Unix ms. */
  readonly wallMs: number;
}

/** What the supervisors and the registry together know. No timer, no clock, no I/O. */
export interface FleetState {
  /** Replaces what a supervisor said before. */
  readonly report: (supervisor: string, report: SupervisorReport, now: Moment) => void;
  /**
   * Every instance, sorted by service and id: a supervisor's word before the registry's.
   * @param isComplete The registry has been there long enough to know everybody: who is not in it, is not there.
   */
  readonly instances: (registered: readonly Instance[], now: Moment, isComplete?: boolean) => readonly InstanceStatus[];
  /** Where the supervisors that run a service take commands. */
  readonly supervisorsOf: (service: string, now: Moment) => readonly string[];
  /** What the supervisors that are heard warn of. */
  readonly warnings: (now: Moment) => readonly string[];
  /** The fleet's name as the supervisor that spoke last has it; undefined when none did. */
  readonly fleet: () => string | undefined;
}

interface Known {
  readonly report: SupervisorReport;
  readonly atMs: number;
}

/** Throws OPTION_INVALID. */
export function createFleetState(given?: Partial<FleetStateOptions>): FleetState {
  const options = withDefaults(FLEET_STATE_DEFAULTS, given);
  checkDurationMs("silentMs", options.silentMs, 1);
  checkDurationMs("forgetMs", options.forgetMs, options.silentMs);
  checkDurationMs("unregisteredMs", options.unregisteredMs);
  checkInteger("supervisorsMax", options.supervisorsMax, 1);
  /** The one that reported last is last. */
  const supervisors = new Map<string, Known>();
  /** Since when an instance is in the registry without a supervisor, by id. */
  let unsupervisedSince = new Map<string, number>();

  const isHeard = ({ atMs }: Known, { nowMs }: Moment) => nowMs - atMs <= options.silentMs;
  const forget = ({ nowMs }: Moment) => {
    for (const [name, { atMs }] of supervisors) {
      if (nowMs - atMs > options.forgetMs || supervisors.size > options.supervisorsMax) supervisors.delete(name);
    }
  };

  return {
    report(supervisor, report, now) {
      supervisors.delete(supervisor);
      supervisors.set(supervisor, { report, atMs: now.nowMs });
      forget(now);
    },
    instances(registered, now, isComplete = false) {
      forget(now);
      const ids = new Set(registered.map(({ id }) => id));
      const hangs = ({ state, address, instance, sinceMs }: InstanceStatus) =>
        isComplete &&
        state === "ready" &&
        address !== null &&
        !ids.has(instance) &&
        now.wallMs - sinceMs > options.unregisteredMs;
      const known = [...supervisors.values()];
      const statuses = new Map<string, InstanceStatus>();
      for (const one of known) {
        if (!isHeard(one, now)) continue;
        for (const status of one.report.instances)
          statuses.set(
            status.instance,
            hangs(status) ? { ...status, ...HANGING, reason: status.reason ?? HANGING.reason } : status,
          );
      }
      const silent = known.filter((one) => !isHeard(one, now));
      const since = new Map<string, number>();
      for (const instance of registered) {
        if (statuses.has(instance.id)) continue;
        const sinceMs = unsupervisedSince.get(instance.id) ?? now.wallMs;
        since.set(instance.id, sinceMs);
        statuses.set(instance.id, unsupervised(instance, sinceMs, silent, now));
      }
      unsupervisedSince = since;
      return [...statuses.values()].sort(byServiceAndId);
    },
    supervisorsOf(service, now) {
      const running = [...supervisors.values()].filter(
        (one) => isHeard(one, now) && one.report.instances.some((status) => status.service === service),
      );
      return [...new Set(running.map(({ report }) => report.address))];
    },
    warnings(now) {
      return [...supervisors.values()].flatMap((one) => (isHeard(one, now) ? one.report.warnings : []));
    },
    fleet: () => [...supervisors.values()].at(-1)?.report.fleet,
  };
}

/** Its process runs, so its supervisor sees nothing; but callers go elsewhere. */
const HANGING = {
  state: "unhealthy",
  reason: "does not renew its lease in the registry: its process may hang",
} as const;

/** An instance of which only the registry tells. */
function unsupervised(instance: Instance, sinceMs: number, silent: readonly Known[], now: Moment): InstanceStatus {
  const { service, id, address, realm, zone, release } = instance;
  const last = silent.find(({ report }) => report.instances.some((status) => status.instance === id));
  const before = last?.report.instances.find((status) => status.instance === id);
  const reason = last && `its supervisor has been silent for ${Math.round((now.nowMs - last.atMs) / 1_000)} s`;
  return {
    service,
    instance: id,
    // It renews its lease, so it is alive.
    state: "ready",
    address,
    pid: before?.pid ?? null,
    restarts: before?.restarts ?? 0,
    realm,
    zone,
    release,
    sinceMs: before?.sinceMs ?? sinceMs,
    reason: reason ?? null,
  };
}

function byServiceAndId(left: InstanceStatus, right: InstanceStatus): number {
  return compare(left.service, right.service) || compare(left.instance, right.instance);
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
