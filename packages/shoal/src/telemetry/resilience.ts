import type { Cancel } from "../core/clock.ts";
import type { Criticality } from "../core/criticality.ts";

/**
 * What a caller's stack decides on the way to a service, each counted once, when it is decided:
 * - `call`: a call began;
 * - `attempt`: a request was handed to an instance; `retry`, `requeue`, `hedge`: those of them that were not the first;
 * - `retry_denied`: the budget was spent; `hedge_won`: the second of two answered first;
 * - `coalesced`: a call waited for the reply of an identical one; `fallback`: the caller's own answer stood in;
 * - `throttled`: held back before it was sent, because most of what was sent was nacked;
 * - `queue_full`: no connection to the instance was free in time; `no_instance`: there was nobody to ask;
 * - `attempt_timeout`, `deadline_exceeded`: an attempt's time, or the whole call's, was over;
 * - `ejected`, `readmitted`: an instance was taken out, or came back;
 * - `fault`: a fault that somebody asked for was injected.
 */
export const EDGE_EVENTS = [
  "call",
  "attempt",
  "retry",
  "retry_denied",
  "requeue",
  "hedge",
  "hedge_won",
  "coalesced",
  "fallback",
  "throttled",
  "queue_full",
  "no_instance",
  "attempt_timeout",
  "deadline_exceeded",
  "ejected",
  "readmitted",
  "fault",
] as const;

export type EdgeEvent = (typeof EDGE_EVENTS)[number];

/** Why an instance gets no requests: failures in a row, too great a share of failures, or it accepts no connection. */
export type EjectionReason = "consecutive_failures" | "failure_ratio" | "connection_refused";

export interface EjectedInstance {
  readonly instance: string;
  readonly reason: EjectionReason;
  /** How long ago it was taken out, in ms. */
  readonly forMs: number;
  /** When the next probe may go to it, in ms from now; 0: it is due or under way. */
  readonly probeInMs: number;
}

/** How a process stands towards one service that it calls. JSON-safe. */
export interface EdgeState {
  readonly callee: string;
  /** Retries that the budget could pay for now, and the most it could hold. */
  readonly retryBudget: number;
  readonly retryBudgetMax: number;
  /** Instances that the registry knows, and those that this process keeps to. */
  readonly instances: number;
  readonly subset: number;
  readonly ejected: readonly EjectedInstance[];
  /** True while so few instances are well that ejection is ignored. */
  readonly panic: boolean;
  /** Share of the traffic that stays in the own zone, 0 to 1; 1 without zones. */
  readonly zoneLocalShare: number;
  /** Share of the calls that is held back, 0 to 1. */
  readonly throttledShare: number;
  readonly inFlight: number;
  readonly waiting: number;
  /** Settings that differ from the defaults. */
  readonly policy: Readonly<Record<string, string | number | boolean>>;
}

/** How a serving process stands. JSON-safe. */
export interface AdmissionState {
  /** Requests that may be in progress at once, as adapted, and the bound that the author set. */
  readonly limit: number;
  readonly limitMax: number;
  readonly inFlight: number;
  readonly waiting: number;
  readonly waitersMax: number;
  /** Average time that requests waited for their turn of late, in ms, the event loop's delay included. */
  readonly queueDelayMs: number;
  /** True while the queue serves the newest first and sheds by criticality. */
  readonly stressed: boolean;
}

/** Why a server refused a request without beginning it. */
export type ShedReason = "overload" | "queue_full" | "expired" | "draining";

/** A port: what counts, for /metrics, OTLP and the control plane, how calls and requests were protected. */
export interface ResilienceMeter {
  /** Counts one thing on the way to `callee` with each call of what it returns; that costs some 20 ns. */
  readonly edge: (callee: string) => (event: EdgeEvent) => void;
  readonly shed: (criticality: Criticality, reason: ShedReason) => void;
  /** A request came in: how its server stands is worth a report, although nothing of it is counted here. */
  readonly asked: () => void;
  /** Asked for the state at each report, until cancelled. */
  readonly watchEdge: (read: () => EdgeState) => Cancel;
  readonly watchAdmission: (read: () => AdmissionState) => Cancel;
}

/** How often each event happened; what never did is left out. */
export type EdgeCounts = { readonly [Event in EdgeEvent]?: number | undefined };

/** What one process reports to the control plane: counts since it started, and how things stand. JSON-safe. */
export interface ResilienceReport {
  readonly service: string;
  readonly instance: string;
  /** Unix ms of the first thing that it counted; 0 when it has counted nothing. */
  readonly startMs: number;
  /** True in the last report of a process: how things stood is of no interest any more. */
  readonly ended?: boolean | undefined;
  readonly edges: readonly (EdgeState & { readonly counts: EdgeCounts })[];
  readonly admission?: AdmissionState | undefined;
  /** By criticality and reason, such as "sheddable overload": 12. */
  readonly shed: Readonly<Record<string, number>>;
}

/** Counts nothing. */
export const NO_RESILIENCE_METER: ResilienceMeter = Object.freeze({
  edge: () => () => {},
  shed: () => {},
  asked: () => {},
  watchEdge: () => () => {},
  watchAdmission: () => () => {},
});
