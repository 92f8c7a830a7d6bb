import { EDGE_EVENTS, type EdgeEvent, type EdgeState } from "../../telemetry/resilience.ts";
import type { KeptEdge, KnownEdge } from "../telemetry/resilience-keeper.ts";
import { edgeProblems } from "./resilience-problems.ts";
import type { EjectedStatus, EventNumbers, ResilienceEdge } from "./schemas/resilience.ts";

/** All processes of a caller together, as they deal with a callee. */
export function resilienceEdge({ caller, callee, ring, heardMs, known }: KeptEdge, nowMs: number): ResilienceEdge {
  const states = known.map(({ state }) => state);
  const perSecond = numbers((event) => ring.perSecond(event, nowMs));
  const lastMinute = numbers((event) => ring.lastMinute(event, nowMs));
  const made = {
    caller,
    callee,
    heardMs,
    reporters: known.length,
    callsPerSecond: perSecond.call ?? 0,
    attemptsPerCall: lastMinute.call ? (lastMinute.attempt ?? 0) / lastMinute.call : null,
    perSecond,
    lastMinute,
    tenMinutes: numbers((event) => ring.total(event, nowMs)),
    retryBudget: budgetOf(states),
    instances: most(states, ({ instances }) => instances),
    subset: most(states, ({ subset }) => subset),
    ejected: ejectedBy(known),
    panicking: states.filter(({ panic }) => panic).length,
    zoneLocalShare: states.length === 0 ? 1 : sum(states, ({ zoneLocalShare }) => zoneLocalShare) / states.length,
    throttledShare: most(states, ({ throttledShare }) => throttledShare),
    inFlight: sum(states, ({ inFlight }) => inFlight),
    waiting: sum(states, ({ waiting }) => waiting),
    policy: Object.assign({}, ...states.map(({ policy }) => policy)) as ResilienceEdge["policy"],
  };
  return { ...made, problems: edgeProblems(made) };
}

function numbers(of: (event: EdgeEvent) => number): EventNumbers {
  const made: EventNumbers = {};
  for (const event of EDGE_EVENTS) {
    const number = of(event);
    if (number > 0) made[event] = number;
  }
  return made;
}

function budgetOf(states: readonly EdgeState[]): ResilienceEdge["retryBudget"] {
  const told = states.filter(({ retryBudgetMax }) => retryBudgetMax > 0);
  if (told.length === 0) return null;
  return {
    left: sum(told, ({ retryBudget }) => retryBudget),
    max: sum(told, ({ retryBudgetMax }) => retryBudgetMax),
    leftMin: Math.min(...told.map(({ retryBudget }) => retryBudget)),
  };
}

/** By instance: callers may not agree, and each has looked at another moment. */
function ejectedBy(known: readonly KnownEdge[]): EjectedStatus[] {
  const byInstance = new Map<string, EjectedStatus>();
  for (const { heardMs, state } of known) {
    for (const { instance, reason, forMs, probeInMs } of state.ejected) {
      const before = byInstance.get(instance);
      byInstance.set(instance, {
        instance,
        reasons: [...new Set([...(before?.reasons ?? []), reason])],
        seenBy: (before?.seenBy ?? 0) + 1,
        sinceMs: Math.min(before?.sinceMs ?? Number.POSITIVE_INFINITY, heardMs - forMs),
        probeAtMs: Math.min(before?.probeAtMs ?? Number.POSITIVE_INFINITY, heardMs + probeInMs),
      });
    }
  }
  return [...byInstance.values()].sort((left, right) => left.sinceMs - right.sinceMs);
}

function sum<Item>(items: readonly Item[], value: (item: Item) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}

function most<Item>(items: readonly Item[], value: (item: Item) => number): number {
  return items.reduce((greatest, item) => Math.max(greatest, value(item)), 0);
}
