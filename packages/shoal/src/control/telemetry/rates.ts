import { checkInteger, withDefaults } from "../../core/options.ts";
import type { DurationPointOfIntake, RedRow } from "../history/history.ts";
import { createRateFlows, type EdgeRates, type FlowName, type OperationRates } from "./rate-flows.ts";
import { type Counted, NO_RATES, type Rates } from "./rate-window.ts";
import { createRedSteps } from "./red-steps.ts";
import { createSecondCounts } from "./second-counts.ts";

export interface RatesOptions {
  /** Over how many seconds, 1 to 60. Default 10. */
  readonly windowS: number;
  /** Series remembered, of all instances. Default 50 000; points of further ones are left out and counted. */
  readonly seriesMax: number;
  /** Series remembered of one instance. Default 2 000, likewise: one must not crowd out the others. */
  readonly seriesPerInstanceMax: number;
  /** Instances remembered. Default 2 000, likewise. */
  readonly instancesMax: number;
  /** Pairs of caller and operation remembered. Default 20 000, likewise. */
  readonly flowsMax: number;
  /** An instance not heard of for this long is forgotten, in seconds. Default 120. */
  readonly forgetS: number;
}

export const RATES_DEFAULTS: RatesOptions = Object.freeze({
  windowS: 10,
  seriesMax: 50_000,
  seriesPerInstanceMax: 2_000,
  instancesMax: 2_000,
  flowsMax: 20_000,
  forgetS: 120,
});

/** Failed requests are counted over this many seconds. */
const FAILURES_S = 60;
/** A trend tells of the last minute, a point each two seconds: rates are of more than that, so nothing is lost. */
export const TREND_STEP_S = 2;
const TREND_POINTS = 30;

/** Turns counts that only grow into what happens now. Takes Unix time with each call; has none of its own. */
export interface RateKeeper {
  /**
   * Servers' points count for their service, operation and caller. Of the points of callers only those about hosts
   * outside count: what goes on within the fleet its servers tell.
   */
  readonly add: (points: readonly DurationPointOfIntake[], nowMs: number) => void;
  /** Of a service, all its instances together, over the last whole seconds. */
  readonly ratesOf: (service: string, nowMs: number) => Rates;
  readonly operationsOf: (service: string, nowMs: number) => readonly OperationRates[];
  readonly edges: (nowMs: number) => readonly EdgeRates[];
  /** Failed requests of the last minute. */
  readonly failuresOf: (service: string, nowMs: number) => number;
  /** The requests a second of the last minute as ratesOf had them, oldest first; shorter for a service that is younger. */
  readonly trendOf: (service: string, nowMs: number) => readonly number[];
  /** Takes the rows for the charts whose 5 s have ended; with Infinity all. */
  readonly takeRows: (nowMs: number) => readonly RedRow[];
  /** Points left out because there were too many series, instances or flows. */
  readonly dropped: () => number;
}

/** What is remembered of a process: the point before, of each of its cumulative series. */
interface KnownInstance {
  seenS: number;
  readonly last: Map<string, DurationPointOfIntake>;
}

/** Makes a keeper. Throws OPTION_INVALID. */
export function createRateKeeper(given?: Partial<RatesOptions>): RateKeeper {
  const options = resolveRatesOptions(given);
  const instances = new Map<string, KnownInstance>();
  const flows = createRateFlows(options);
  const steps = createRedSteps(options.flowsMax * 2);
  const failures = createSecondCounts(FAILURES_S);
  const requests = createSecondCounts(TREND_STEP_S * TREND_POINTS + options.windowS);
  let series = 0;
  let dropped = 0;
  let sweptS = 0;

  const instanceOf = ({ service, instance }: DurationPointOfIntake, nowS: number): KnownInstance | undefined => {
    const key = `${service}\n${instance}`;
    const known = instances.get(key);
    if (known || instances.size >= options.instancesMax) return known;
    const made = { seenS: nowS, last: new Map() };
    instances.set(key, made);
    return made;
  };
  /** False when there is no room for another series. */
  const remember = (instance: KnownInstance, key: string, point: DurationPointOfIntake): boolean => {
    if (!instance.last.has(key)) {
      if (series >= options.seriesMax || instance.last.size >= options.seriesPerInstanceMax) return false;
      series += 1;
    }
    instance.last.set(key, point);
    return true;
  };
  /** False when there was no room. */
  const addPoint = (point: DurationPointOfIntake, nowMs: number): boolean => {
    const nowS = Math.floor(nowMs / 1_000);
    const instance = instanceOf(point, nowS);
    if (!instance) return false;
    instance.seenS = nowS;
    const key = `${point.side} ${point.series}`;
    const last = instance.last.get(key);
    if (!point.delta && !remember(instance, key, point)) return false;
    const grown = point.delta ? point : growth(last, point, nowMs - options.windowS * 1_000);
    return count(flowOf(point), grown, point.isError, nowMs);
  };
  const count = (flow: FlowName, grown: Counted | undefined, isError: boolean, nowMs: number): boolean => {
    const nowS = Math.floor(nowMs / 1_000);
    if (!flows.add(flow, grown, isError, nowS)) return false;
    if (!grown || grown.count <= 0 || flow.external) return true;
    if (isError) failures.add(flow.callee, grown.count, nowS);
    requests.add(flow.callee, grown.count, nowS);
    return steps.add(flow, grown, isError, nowMs);
  };
  const forget = (nowS: number) => {
    // A clock set back must not stop the sweeps, hence the distance.
    if (Math.abs(nowS - sweptS) < options.windowS) return;
    sweptS = nowS;
    flows.forget(nowS);
    failures.forget(nowS);
    requests.forget(nowS);
    for (const [key, instance] of instances) {
      if (nowS - instance.seenS <= options.forgetS) continue;
      instances.delete(key);
      series -= instance.last.size;
    }
  };
  const viewAt = (nowMs: number) => flows.view(Math.floor(nowMs / 1_000));
  const trendOf = (service: string, nowS: number): readonly number[] => {
    const firstS = flows.firstOf(service) ?? nowS;
    return Array.from({ length: TREND_POINTS }, (_, index) => nowS - (TREND_POINTS - 1 - index) * TREND_STEP_S)
      .filter((second) => second > firstS)
      .map((second) => {
        const seconds = Math.min(options.windowS, second - firstS);
        return requests.between(service, second - seconds, second) / seconds;
      });
  };

  return {
    add(points, nowMs) {
      forget(Math.floor(nowMs / 1_000));
      for (const point of points) {
        if (isCounted(point) && !addPoint(point, nowMs)) dropped += 1;
      }
    },
    ratesOf: (service, nowMs) => viewAt(nowMs).services.get(service) ?? NO_RATES,
    operationsOf: (service, nowMs) => viewAt(nowMs).operations.get(service) ?? [],
    edges: (nowMs) => viewAt(nowMs).edges,
    failuresOf: (service, nowMs) => failures.of(service, Math.floor(nowMs / 1_000)),
    trendOf: (service, nowMs) => trendOf(service, Math.floor(nowMs / 1_000)),
    takeRows: steps.take,
    dropped: () => dropped,
  };
}

function isCounted({ side, external, peer }: DurationPointOfIntake): boolean {
  return side === "server" || (external && peer !== "");
}

function flowOf({ side, service, operation, caller, peer }: DurationPointOfIntake): FlowName {
  return side === "server"
    ? { callee: service, operation, caller, external: false }
    : { callee: peer, operation: "", caller: service, external: true };
}

function resolveRatesOptions(given: Partial<RatesOptions> | undefined): RatesOptions {
  const options = withDefaults(RATES_DEFAULTS, given);
  checkInteger("windowS", options.windowS, 1, 60);
  checkInteger("seriesMax", options.seriesMax, 1);
  checkInteger("seriesPerInstanceMax", options.seriesPerInstanceMax, 1);
  checkInteger("instancesMax", options.instancesMax, 1);
  checkInteger("flowsMax", options.flowsMax, 1);
  checkInteger("forgetS", options.forgetS, options.windowS);
  return options;
}

/**
 * What a cumulative series counted since its point before. Without one, all of it when it began lately, and nothing
 * when it is older than this keeper knows. A count that fell, or another start, is a process that began again at 0.
 * @param recentMs A start after this Unix ms is lately.
 */
function growth(
  last: DurationPointOfIntake | undefined,
  point: DurationPointOfIntake,
  recentMs: number,
): Counted | undefined {
  if (!last) return point.startMs > recentMs ? point : undefined;
  const began =
    last.startMs !== point.startMs || point.count < last.count || point.counts.length !== last.counts.length;
  if (began) return point;
  return {
    count: point.count - last.count,
    counts: point.counts.map((count, bucket) => Math.max(0, count - (last.counts[bucket] ?? 0))),
    boundsS: point.boundsS,
  };
}
