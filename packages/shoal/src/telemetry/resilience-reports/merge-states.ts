import type { AdmissionState, EdgeState, EjectedInstance } from "../resilience.ts";

/** Ejected instances told of for one callee; there are rarely more than a few. */
const EJECTED_MAX = 100;

/** An edge of which nothing is known but its counts. */
export function unreadEdge(callee: string): EdgeState {
  return {
    callee,
    retryBudget: 0,
    retryBudgetMax: 0,
    instances: 0,
    subset: 0,
    ejected: [],
    panic: false,
    zoneLocalShare: 1,
    throttledShare: 0,
    inFlight: 0,
    waiting: 0,
    policy: {},
  };
}

/**
 * Consumers of one process with different settings have a state each towards the same callee. Budgets and load are
 * added up; of the rest the worst counts, and of two values of a setting the later.
 */
export function mergeEdgeStates(left: EdgeState, right: EdgeState): EdgeState {
  return {
    callee: left.callee,
    retryBudget: left.retryBudget + right.retryBudget,
    retryBudgetMax: left.retryBudgetMax + right.retryBudgetMax,
    instances: Math.max(left.instances, right.instances),
    subset: Math.max(left.subset, right.subset),
    ejected: mergeEjected(left.ejected, right.ejected),
    panic: left.panic || right.panic,
    zoneLocalShare: Math.min(left.zoneLocalShare, right.zoneLocalShare),
    throttledShare: Math.max(left.throttledShare, right.throttledShare),
    inFlight: left.inFlight + right.inFlight,
    waiting: left.waiting + right.waiting,
    policy: { ...left.policy, ...right.policy },
  };
}

function mergeEjected(left: readonly EjectedInstance[], right: readonly EjectedInstance[]): readonly EjectedInstance[] {
  const known = new Set(left.map(({ instance }) => instance));
  return [...left, ...right.filter(({ instance }) => !known.has(instance))].slice(0, EJECTED_MAX);
}

/** Several servers in one process are one to whoever looks at it: the sums, and the worst delay. */
export function mergeAdmissionStates(left: AdmissionState, right: AdmissionState): AdmissionState {
  return {
    limit: left.limit + right.limit,
    limitMax: left.limitMax + right.limitMax,
    inFlight: left.inFlight + right.inFlight,
    waiting: left.waiting + right.waiting,
    waitersMax: left.waitersMax + right.waitersMax,
    queueDelayMs: Math.max(left.queueDelayMs, right.queueDelayMs),
    stressed: left.stressed || right.stressed,
  };
}
