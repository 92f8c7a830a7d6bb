import { useEffect } from "react";
import { control } from "./control.ts";
import { fleetNow } from "./fleet-store.ts";
import { liveHub } from "./live-hub.ts";
import { inTime, mergedTrend, type TrendPoint } from "./trend-points.ts";
import { useCalmly } from "./use-calmly.ts";

/** Points of each service's line: the last minute. The oldest goes first. */
export const TREND_POINTS = 30;
const STEP_MS = 2_000;
/** A control plane that was started again has no rates for so long, which is not the same as no requests. */
const SETTLE_MS = 3_000;
const NONE: readonly number[] = [];

let trends: ReadonlyMap<string, readonly TrendPoint[]> = new Map();
let rates: ReadonlyMap<string, readonly number[]> = new Map();
const watchers = new Set<() => void>();
let trustedMs = 0;
let stop: (() => void) | undefined;

/**
 * Requests a second of a service over the last minute, oldest first; fewer points of a service that is younger. A new
 * array with each point.
 */
export function useRateHistory(service: string): readonly number[] {
  useEffect(watchRates, []);
  return useCalmly(watchPoints, () => rates.get(service) ?? NONE, service);
}

/** Keeps the lines until the function that it returns is called. */
export function watchRates(): () => void {
  return watchPoints(() => {});
}

function watchPoints(watcher: () => void): () => void {
  // Not the function itself: the same may watch twice.
  const entry = () => watcher();
  watchers.add(entry);
  stop ??= begin();
  return () => {
    watchers.delete(entry);
    if (watchers.size > 0) return;
    stop?.();
    stop = undefined;
  };
}

/** The control plane tells of the minute before; what comes then, this page sees itself. */
function begin(): () => void {
  const timer = setInterval(addPoints, STEP_MS);
  let wasLost = false;
  const stopWatching = liveHub.watchState(() => {
    if (wasLost && liveHub.state() === "live") {
      trustedMs = performance.now() + SETTLE_MS;
      ask();
    }
    wasLost = liveHub.state() === "lost";
  });
  document.addEventListener("visibilitychange", ask);
  ask();
  return () => {
    clearInterval(timer);
    stopWatching();
    document.removeEventListener("visibilitychange", ask);
  };
}

/** Asked again by whoever was away: meanwhile nothing came, and a line must not leave time out. */
function ask(): void {
  if (document.hidden) return;
  control.listTrends().then(
    ({ services, stepMs }) => {
      const nowMs = performance.now();
      become(
        services.map(({ service, requestsPerSecond: values }) => [
          service,
          mergedTrend(trends.get(service) ?? [], values, stepMs, nowMs),
        ]),
      );
    },
    // The banner says what is wrong with the control plane; without its minute the lines grow from now on.
    () => {},
  );
}

function addPoints(): void {
  const nowMs = performance.now();
  if (document.hidden || liveHub.state() !== "live" || nowMs < trustedMs) return;
  become(
    fleetNow().services.map(({ service, requestsPerSecond }) => [
      service,
      inTime([...(trends.get(service) ?? []), { atMs: nowMs, value: requestsPerSecond }], nowMs),
    ]),
  );
}

function become(entries: readonly (readonly [string, readonly TrendPoint[]])[]): void {
  trends = new Map(entries);
  rates = new Map(entries.map(([service, points]) => [service, points.slice(-TREND_POINTS).map(({ value }) => value)]));
  for (const watcher of watchers) watcher();
}
