import { EDGE_EVENTS, type EdgeEvent, type EdgeState, type ResilienceReport } from "../resilience.ts";
import type { CountedResilience } from "../resilience-meter.ts";
import { mergeAdmissionStates, mergeEdgeStates, unreadEdge } from "./merge-states.ts";

/** Who reports. */
export interface Reporter {
  readonly service: string;
  readonly instance: string;
}

/** What is known now, ready to be sent. Services that were never called are left out. */
export function resilienceReport(counted: CountedResilience, { service, instance }: Reporter): ResilienceReport {
  const states = edgeStates(counted);
  const edges = [...counted.edges]
    .map(([callee, counts]) => ({ ...(states.get(callee) ?? unreadEdge(callee)), counts: countsOf(counts) }))
    .filter(({ counts, ejected }) => Object.keys(counts).length > 0 || ejected.length > 0);
  const admissions = [...counted.admissionReads].map((read) => read());
  const admission = admissions.length === 0 ? undefined : admissions.reduce(mergeAdmissionStates);
  return { service, instance, startMs: counted.startMs, edges, admission, shed: Object.fromEntries(counted.shed) };
}

/** True while there is something that people should see, even if nothing more is counted. */
export function isRestless({ edges, admission }: ResilienceReport): boolean {
  if (admission && (admission.stressed || admission.inFlight > 0 || admission.waiting > 0)) return true;
  return edges.some(
    ({ ejected, panic, throttledShare, inFlight, waiting }) =>
      ejected.length > 0 || panic || throttledShare > 0 || inFlight > 0 || waiting > 0,
  );
}

function edgeStates({ edgeReads }: CountedResilience): ReadonlyMap<string, EdgeState> {
  const states = new Map<string, EdgeState>();
  for (const read of edgeReads) {
    const state = read();
    const known = states.get(state.callee);
    states.set(state.callee, known ? mergeEdgeStates(known, state) : state);
  }
  return states;
}

function countsOf(counts: readonly number[]): Partial<Record<EdgeEvent, number>> {
  const named: Partial<Record<EdgeEvent, number>> = {};
  for (const [index, event] of EDGE_EVENTS.entries()) {
    const count = counts[index] ?? 0;
    if (count > 0) named[event] = count;
  }
  return named;
}
