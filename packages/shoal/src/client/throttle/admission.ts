import type { Criticality } from "../../core/criticality.ts";
import type { ServiceSettings } from "../policy.ts";
import { createNackWindow } from "./nack-window.ts";

type ThrottleSettings = Pick<
  ServiceSettings,
  "throttleWindowMs" | "throttleRatioMin" | "throttleShareMax" | "throttlePerSecondMin"
>;

/** Decides which calls to a service that refuses most of them are held back. One for all calls of a process to it. */
export interface Admission {
  /** A call was asked for. Returns the share of those as critical as it that is held back now, 0 to 1. */
  readonly offer: (criticality: Criticality, nowMs: number) => number;
  /** A request goes out; `mark` is for what becomes of it. */
  readonly send: (nowMs: number) => number;
  readonly nacked: (mark: number, nowMs: number) => void;
  /** It found nobody to go to: that is no answer, for or against. */
  readonly takeBack: (mark: number, nowMs: number) => void;
  /** Share held back of calls of default criticality, 0 to 1. */
  readonly share: (nowMs: number) => number;
  /** Share of the requests of the window that were nacked, 0 to 1. */
  readonly nackedShare: (nowMs: number) => number;
}

/** Held back in proportion to the share of a call of default criticality. */
const SHARE_FACTOR: Readonly<Record<Criticality, number>> = { critical: 0.5, default: 1, sheddable: 2 };

/**
 * Finagle's NackAdmissionFilter: with `ratio`, the share of requests that were not nacked, below `throttleRatioMin`,
 * `1 - ratio / throttleRatioMin` of the calls are held back; at most `throttleShareMax`, so that what still goes out
 * finds out that the service is well again; none below `throttlePerSecondMin` calls a second, held back or not, for
 * few calls harm nobody. Of critical calls half that share is held back, of sheddable ones twice, within the maximum.
 * Finagle's moving average is a sliding window here: it forgets what is older than the window, to the last nack.
 */
export function createAdmission(settings: ThrottleSettings, startMs: number): Admission {
  const { throttleWindowMs, throttleRatioMin, throttleShareMax, throttlePerSecondMin } = settings;
  const window = createNackWindow(throttleWindowMs, startMs);
  const offeredMin = (throttlePerSecondMin * throttleWindowMs) / 1_000;

  const wanted = (nowMs: number) => {
    if (window.offered(nowMs) < offeredMin) return 0;
    const ratio = window.ratio(nowMs);
    return ratio >= throttleRatioMin ? 0 : 1 - ratio / throttleRatioMin;
  };
  const capped = (share: number) => Math.min(share, throttleShareMax);

  return {
    offer(criticality, nowMs) {
      window.offer(nowMs);
      return capped(capped(wanted(nowMs)) * SHARE_FACTOR[criticality]);
    },
    send: window.send,
    nacked: window.nacked,
    takeBack: window.takeBack,
    share: (nowMs) => capped(wanted(nowMs)),
    nackedShare: (nowMs) => 1 - window.ratio(nowMs),
  };
}
