import { CRITICALITIES, type Criticality } from "../../core/criticality.ts";
import type { ServiceSettings } from "../policy.ts";
import { createNackWindow, type NackWindow } from "./nack-window.ts";

type ThrottleSettings = Pick<
  ServiceSettings,
  "throttleWindowMs" | "throttleRatioMin" | "throttleShareMax" | "throttlePerSecondMin"
>;

/** Decides which calls to a service that refuses most of them are held back. One for all calls of a process to it. */
export interface Admission {
  /** True when none of such calls is held back now: to be asked before `offer`. */
  readonly isOpen: (criticality: Criticality, nowMs: number) => boolean;
  /** A call was asked for. Returns the share of those as critical as it that is held back now, 0 to 1. */
  readonly offer: (criticality: Criticality, nowMs: number) => number;
  /** A request goes out; `mark` is for what becomes of it. */
  readonly send: (criticality: Criticality, nowMs: number) => number;
  readonly nacked: (criticality: Criticality, mark: number, nowMs: number) => void;
  /** It found nobody to go to: that is no answer, for or against. */
  readonly takeBack: (criticality: Criticality, mark: number, nowMs: number) => void;
  /** The greatest share held back of the calls of any criticality, 0 to 1. */
  readonly share: (nowMs: number) => number;
  /** Share of such requests of the window that were nacked, 0 to 1. */
  readonly nackedShare: (criticality: Criticality, nowMs: number) => number;
}

/**
 * Finagle's NackAdmissionFilter: with `ratio`, the share of requests that were not nacked, below `throttleRatioMin`,
 * `1 - ratio / throttleRatioMin` of the calls are held back; at most `throttleShareMax`, so that what still goes out
 * finds out that the service is well again; none below `throttlePerSecondMin` calls a second, held back or not, for
 * few calls harm nobody. Finagle's moving average is a sliding window here: it forgets what is older than the window, to
 * the last nack.
 *
 * Each criticality goes by its own nacks: a service refuses what matters least first, and that all that is sheddable is
 * refused says nothing against a call that is critical.
 */
export function createAdmission(settings: ThrottleSettings, startMs: number): Admission {
  const { throttleWindowMs, throttleRatioMin, throttleShareMax, throttlePerSecondMin } = settings;
  const open = () => createNackWindow(throttleWindowMs, startMs);
  const windows: Readonly<Record<Criticality, NackWindow>> = { critical: open(), default: open(), sheddable: open() };
  const offeredMin = (throttlePerSecondMin * throttleWindowMs) / 1_000;

  const shareOf = (window: NackWindow, nowMs: number) => {
    if (window.offered(nowMs) < offeredMin) return 0;
    const ratio = window.ratio(nowMs);
    return ratio >= throttleRatioMin ? 0 : Math.min(throttleShareMax, 1 - ratio / throttleRatioMin);
  };

  return {
    isOpen: (criticality, nowMs) => shareOf(windows[criticality], nowMs) === 0,
    offer(criticality, nowMs) {
      const window = windows[criticality];
      window.offer(nowMs);
      return shareOf(window, nowMs);
    },
    send: (criticality, nowMs) => windows[criticality].send(nowMs),
    nacked: (criticality, mark, nowMs) => windows[criticality].nacked(mark, nowMs),
    takeBack: (criticality, mark, nowMs) => windows[criticality].takeBack(mark, nowMs),
    share: (nowMs) => Math.max(...CRITICALITIES.map((criticality) => shareOf(windows[criticality], nowMs))),
    nackedShare: (criticality, nowMs) => 1 - windows[criticality].ratio(nowMs),
  };
}
