import { checkInteger, withDefaults } from "../../core/options.ts";
import {
  type Counted,
  createRateWindow,
  createTotals,
  NO_RATES,
  type Rates,
  type RateWindow,
  ratesOfTotals,
} from "./rate-window.ts";

/** One point of a duration histogram, as it came. */
export interface DurationPoint extends Counted {
  readonly service: string;
  readonly instance: string;
  /** Tells the series of one instance apart. */
  readonly series: string;
  /** Answered with 5xx. */
  readonly isError: boolean;
  /** True when it counts since the point before it, false when since `startMs`. */
  readonly delta: boolean;
  /** Unix ms at which its counting began; 0 when it did not say. */
  readonly startMs: number;
}

export interface RatesOptions {
  /** Over how many seconds, 1 to 60. Default 10. */
  readonly windowS: number;
  /** Series remembered, of all instances. Default 50 000; points of further ones are left out and counted. */
  readonly seriesMax: number;
  /** Series remembered of one instance. Default 2 000, likewise: one must not crowd out the others. */
  readonly seriesPerInstanceMax: number;
  /** Instances remembered. Default 2 000, likewise. */
  readonly instancesMax: number;
  /** An instance not heard of for this long is forgotten, in seconds. Default 120. */
  readonly forgetS: number;
}

export const RATES_DEFAULTS: RatesOptions = Object.freeze({
  windowS: 10,
  seriesMax: 50_000,
  seriesPerInstanceMax: 2_000,
  instancesMax: 2_000,
  forgetS: 120,
});

/** Turns counts that only grow into what happens now. Takes Unix time with each call; has none of its own. */
export interface RateKeeper {
  readonly add: (points: readonly DurationPoint[], nowMs: number) => void;
  /** Of a service, all its instances together, over the last whole seconds. */
  readonly ratesOf: (service: string, nowMs: number) => Rates;
  /** Points left out because there were too many series or instances. */
  readonly dropped: () => number;
}

interface InstanceRates {
  readonly service: string;
  firstS: number;
  seenS: number;
  readonly window: RateWindow;
  /** The point before, of each cumulative series. */
  readonly last: Map<string, DurationPoint>;
}

/** Makes a keeper. Throws OPTION_INVALID. */
export function createRateKeeper(given?: Partial<RatesOptions>): RateKeeper {
  const options = resolveRatesOptions(given);
  const instances = new Map<string, InstanceRates>();
  let series = 0;
  let dropped = 0;
  let sweptS = 0;

  const instanceOf = ({ service, instance }: DurationPoint, nowS: number): InstanceRates | undefined => {
    const key = `${service}\n${instance}`;
    const known = instances.get(key);
    if (known || instances.size >= options.instancesMax) return known;
    const made = { service, firstS: nowS, seenS: nowS, window: createRateWindow(options.windowS), last: new Map() };
    instances.set(key, made);
    return made;
  };
  /** False when there is no room for another series. */
  const remember = (instance: InstanceRates, point: DurationPoint): boolean => {
    if (!instance.last.has(point.series)) {
      if (series >= options.seriesMax || instance.last.size >= options.seriesPerInstanceMax) return false;
      series += 1;
    }
    instance.last.set(point.series, point);
    return true;
  };
  const addPoint = (point: DurationPoint, nowMs: number) => {
    const nowS = Math.floor(nowMs / 1_000);
    const instance = instanceOf(point, nowS);
    if (instance) {
      instance.seenS = nowS;
      // A clock set back begins anew: else there would be no rates until it is where it was.
      instance.firstS = Math.min(instance.firstS, nowS);
    }
    const last = instance?.last.get(point.series);
    if (!instance || (!point.delta && !remember(instance, point))) {
      dropped += 1;
      return;
    }
    const grown = point.delta ? point : growth(last, point, nowMs - options.windowS * 1_000);
    if (grown && grown.count > 0) instance.window.add(grown, point.isError, nowS);
  };
  const forget = (nowS: number) => {
    // A clock set back must not stop the sweeps, hence the distance.
    if (Math.abs(nowS - sweptS) < options.windowS) return;
    sweptS = nowS;
    for (const [key, instance] of instances) {
      if (nowS - instance.seenS <= options.forgetS) continue;
      instances.delete(key);
      series -= instance.last.size;
    }
  };

  return {
    add(points, nowMs) {
      forget(Math.floor(nowMs / 1_000));
      for (const point of points) addPoint(point, nowMs);
    },
    ratesOf(service, nowMs) {
      const nowS = Math.floor(nowMs / 1_000);
      const totals = createTotals();
      let firstS = Number.POSITIVE_INFINITY;
      for (const instance of instances.values()) {
        if (instance.service !== service) continue;
        firstS = Math.min(firstS, instance.firstS);
        instance.window.addTo(totals, nowS);
      }
      if (firstS >= nowS) return NO_RATES;
      return ratesOfTotals(totals, Math.min(options.windowS, nowS - firstS));
    },
    dropped: () => dropped,
  };
}

function resolveRatesOptions(given: Partial<RatesOptions> | undefined): RatesOptions {
  const options = withDefaults(RATES_DEFAULTS, given);
  checkInteger("windowS", options.windowS, 1, 60);
  checkInteger("seriesMax", options.seriesMax, 1);
  checkInteger("seriesPerInstanceMax", options.seriesPerInstanceMax, 1);
  checkInteger("instancesMax", options.instancesMax, 1);
  checkInteger("forgetS", options.forgetS, options.windowS);
  return options;
}

/**
 * What a cumulative series counted since its point before. Without one, all of it when it began lately, and nothing
 * when it is older than this keeper knows. A count that fell, or another start, is a process that began again at 0.
 * @param recentMs A start after this Unix ms is lately.
 */
function growth(last: DurationPoint | undefined, point: DurationPoint, recentMs: number): Counted | undefined {
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
