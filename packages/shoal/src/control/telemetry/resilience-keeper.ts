import { checkDurationMs, checkInteger, withDefaults } from "../../core/options.ts";
import type { AdmissionState, EdgeState, ResilienceReport } from "../../telemetry/resilience.ts";
import type { EventRing } from "./event-ring.ts";
import { createKeptRings, isWithin } from "./kept-rings.ts";
import { growthOf } from "./resilience-growth.ts";

export interface ResilienceKeeperOptions {
  /** Processes remembered. Default 2 000; reports of further ones are left out and counted. */
  readonly instancesMax: number;
  /** States of a process towards a service, of all processes. Default 20 000, likewise. */
  readonly statesMax: number;
  /** Pairs of caller and callee, and services, with a history. Default 1 000 of each, likewise. */
  readonly ringsMax: number;
  /** After this long without a report, how a process stood counts no more, in ms. Default 30 000: three reports. */
  readonly silentMs: number;
  /** And after this long all is forgotten of who is silent, in ms. Default 600 000: that far back goes the history. */
  readonly forgetMs: number;
}

const RESILIENCE_KEEPER_DEFAULTS: ResilienceKeeperOptions = Object.freeze({
  instancesMax: 2_000,
  statesMax: 20_000,
  ringsMax: 1_000,
  silentMs: 30_000,
  forgetMs: 600_000,
});

/** How one process stood towards a service, in its last report. */
export interface KnownEdge {
  readonly instance: string;
  /** Unix ms of the report. */
  readonly heardMs: number;
  readonly state: EdgeState;
}

/** A caller and a callee. */
export interface KeptEdge {
  readonly caller: string;
  readonly callee: string;
  readonly ring: EventRing;
  /** Unix ms of the last report. */
  readonly heardMs: number;
  /** Of the processes that are heard. */
  readonly known: readonly KnownEdge[];
}

/** A service and what it refused. */
export interface KeptService {
  readonly service: string;
  /** By criticality and reason, such as "sheddable overload". */
  readonly ring: EventRing;
  readonly heardMs: number;
  readonly admissions: readonly AdmissionState[];
}

/** Keeps what processes report of their resilience. Takes Unix time with each call; has none of its own. */
export interface ResilienceKeeper {
  readonly report: (report: ResilienceReport, nowMs: number) => void;
  /** Who has reported of late, in the order of names. */
  readonly edges: (nowMs: number) => readonly KeptEdge[];
  readonly services: (nowMs: number) => readonly KeptService[];
  /** What was left out for want of room. */
  readonly dropped: () => number;
}

interface KnownInstance {
  readonly report: ResilienceReport;
  readonly heardMs: number;
}

/** Tells of a process that has reported whether it is known to be gone, as one is that was killed. */
export type GoneCheck = (service: string, instance: string) => boolean;

/**
 * Makes a keeper. Throws OPTION_INVALID.
 * @param whoIsGone Asked once for each view. Default: nobody is known to be gone.
 */
export function createResilienceKeeper(
  given?: Partial<ResilienceKeeperOptions>,
  whoIsGone: () => GoneCheck = () => () => false,
): ResilienceKeeper {
  const options = resolve(given);
  const instances = new Map<string, KnownInstance>();
  const edgeRings = createKeptRings(options.ringsMax);
  const shedRings = createKeptRings(options.ringsMax);
  let states = 0;
  let dropped = 0;

  const forget = (nowMs: number) => {
    for (const [key, { report, heardMs }] of instances) {
      if (isWithin(heardMs, nowMs, options.forgetMs)) continue;
      instances.delete(key);
      states -= report.edges.length;
    }
    edgeRings.forget(options.forgetMs, nowMs);
    shedRings.forget(options.forgetMs, nowMs);
  };
  const count = (ring: EventRing | undefined, grown: ReturnType<typeof growthOf>, sinceMs: number, nowMs: number) => {
    if (!ring) dropped += 1;
    else for (const [event, number] of grown) ring.add(event, number, sinceMs, nowMs);
  };
  const heard = (nowMs: number) => {
    const isGone = whoIsGone();
    return [...instances.values()].filter(
      ({ report, heardMs }) =>
        !report.ended && isWithin(heardMs, nowMs, options.silentMs) && !isGone(report.service, report.instance),
    );
  };

  return {
    report(given, nowMs) {
      forget(nowMs);
      const key = `${given.service}\n${given.instance}`;
      const before = instances.get(key);
      const room = options.statesMax - states + (before?.report.edges.length ?? 0);
      if (!before && instances.size >= options.instancesMax) {
        dropped += 1;
        return;
      }
      const report = { ...given, edges: given.edges.slice(0, room) };
      dropped += given.edges.length - report.edges.length;
      states += report.edges.length - (before?.report.edges.length ?? 0);
      instances.set(key, { report, heardMs: nowMs });
      const sinceMs = before?.heardMs ?? 0;
      const { startMs } = report;
      const known = new Map(before?.report.edges.map((edge) => [edge.callee, edge.counts]));
      for (const { callee, counts } of report.edges) {
        const last = before && { startMs: before.report.startMs, counts: known.get(callee) ?? {} };
        const ring = edgeRings.of(`${report.service}\n${callee}`, nowMs);
        count(ring, growthOf(last, { startMs, counts }, nowMs), sinceMs, nowMs);
      }
      if (!report.admission && Object.keys(report.shed).length === 0) return;
      const last = before && { startMs: before.report.startMs, counts: before.report.shed };
      const ring = shedRings.of(report.service, nowMs);
      count(ring, growthOf(last, { startMs, counts: report.shed }, nowMs), sinceMs, nowMs);
    },
    edges(nowMs) {
      const known = new Map<string, KnownEdge[]>();
      for (const { report, heardMs } of heard(nowMs)) {
        for (const { counts: _counts, ...state } of report.edges) {
          const key = `${report.service}\n${state.callee}`;
          const list = known.get(key) ?? [];
          known.set(key, list);
          list.push({ instance: report.instance, heardMs, state });
        }
      }
      return edgeRings.sorted().map(([key, { ring, heardMs }]) => {
        const [caller = "", callee = ""] = key.split("\n", 2);
        return { caller, callee, ring, heardMs, known: known.get(key) ?? [] };
      });
    },
    services(nowMs) {
      const byService = Map.groupBy(heard(nowMs), ({ report }) => report.service);
      return shedRings.sorted().map(([service, { ring, heardMs }]) => {
        const admissions = (byService.get(service) ?? []).flatMap(({ report }) => report.admission ?? []);
        return { service, ring, heardMs, admissions };
      });
    },
    dropped: () => dropped,
  };
}

function resolve(given: Partial<ResilienceKeeperOptions> | undefined): ResilienceKeeperOptions {
  const options = withDefaults(RESILIENCE_KEEPER_DEFAULTS, given);
  checkInteger("instancesMax", options.instancesMax, 1);
  checkInteger("statesMax", options.statesMax, 1);
  checkInteger("ringsMax", options.ringsMax, 1);
  checkDurationMs("silentMs", options.silentMs, 1_000);
  checkDurationMs("forgetMs", options.forgetMs, options.silentMs);
  return options;
}
