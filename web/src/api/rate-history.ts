import { useEffect } from "react";
import { fleetNow, watchFleet } from "./fleet-store.ts";
import { useCalmly } from "./use-calmly.ts";

/** Points of each service's line; the oldest goes first. */
const POINTS_MAX = 60;
const STEP_MS = 1_000;

const rates = new Map<string, readonly number[]>();
let lastMs = Number.NEGATIVE_INFINITY;
let isWatching = false;
const NONE: readonly number[] = [];
const watchers = new Set<() => void>();

/**
 * Requests a second of a service over the last minute, oldest first, as far as this page has seen them. A new array with
 * each point.
 */
export function useRateHistory(service: string): readonly number[] {
  useEffect(watchRates, []);
  return useCalmly(watchPoints, () => rates.get(service) ?? NONE, service);
}

/** Goes on for as long as the page lives: who comes back to the table finds the minute before. */
export function watchRates(): void {
  if (isWatching) return;
  isWatching = true;
  watchFleet(record);
  record();
}

function watchPoints(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

function record(): void {
  const nowMs = performance.now();
  if (nowMs - lastMs < STEP_MS * 0.9) return;
  lastMs = nowMs;
  const { services } = fleetNow();
  for (const { service, requestsPerSecond } of services) {
    rates.set(service, [...(rates.get(service) ?? NONE), requestsPerSecond].slice(-POINTS_MAX));
  }
  for (const service of rates.keys()) {
    if (rates.size > services.length && !services.some((one) => one.service === service)) rates.delete(service);
  }
  for (const watcher of watchers) watcher();
}
