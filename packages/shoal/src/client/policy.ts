import { CRITICALITIES, type Criticality } from "../core/criticality.ts";
import { checkDurationMs, checkInteger, checkOption, withDefaults } from "../core/options.ts";

/** What may differ from call to call. */
export interface CallSettings {
  /** The whole call, retries included, in ms. Default 10 000. A caller's own deadline shortens it. */
  readonly deadlineMs: number;
  /** One attempt, its wait for a connection included, in ms. Default 3 000: leaves room for two more. */
  readonly attemptMs: number;
  /** Attempts that reach an instance, the first included, 1 to 10. Default 3 (Google SRE, chapter 21). */
  readonly attemptsMax: number;
  /**
   * Bound of the first pause between attempts, in ms; it doubles, and is never over half of the time that is left.
   * Default 250: a hundred callers that failed at one instant then come back a tenth at a time in any 25 ms, where
   * Envoy's 25 would bring all of them back at once.
   */
  readonly backoffMsFirst: number;
  /** Greatest bound of a pause, in ms. Default 1 000. */
  readonly backoffMsMax: number;
  /** How long a call waits for a service without a reachable instance, in ms. Default 1 000: about one restart. */
  readonly waitForInstanceMs: number;
  /** A longer request body is not sent a second time once it may have arrived. Default 64 KiB (Linkerd). */
  readonly replayBytesMax: number;
  /** A longer reply to a typed consumer, or a longer item of a stream, is an error. Default 16 MiB. `fetch` has no such bound. */
  readonly replyBytesMax: number;
  /**
   * A stream whose next item is waited for is lost when nothing comes for this long, in ms, not even a sign of life, which
   * services send each 10 s. Default 30 000: three of those.
   */
  readonly streamIdleMs: number;
  /**
   * Hedge: the share of extra requests that reads (GET, HEAD) may cost to cut their tail, 0 to 0.1; 0 hedges nothing.
   * The second request goes out when the first has taken longer than all but this share. Default 0; try 0.01.
   */
  readonly hedgeExtraLoad: number;
  /** Let identical reads (GET, HEAD) that are in flight at once share one request. Default false: replies may be personal. */
  readonly coalesce: boolean;
  /** Who is shed first when not all can be served. Default: that of the request it is made for, else `default`. */
  readonly criticality: Criticality | undefined;
}

/** What all calls of a process to one service share. Consumers that ask for different values share nothing. */
export interface ServiceSettings {
  /** Retries paid for by each success, 0 to 1. Default 0.2 (Finagle). */
  readonly budgetRatio: number;
  /** Retries per second that cost nothing, so that a quiet client can retry at all. Default 1; Finagle's 10 lets a chain multiply. */
  readonly budgetReservePerSecond: number;
  /** How far back successes and the reserve count, in ms, 1 000 to 60 000. Default 10 000 (Finagle). */
  readonly budgetTtlMs: number;
  /** Requests in flight to one instance over HTTP/1.1, a socket each, 1 to 256. Default 32. Over a connection that carries many, 32 times as many. */
  readonly connectionsMax: number;
  /** Calls that may wait for one instance beyond that. Default 32. */
  readonly waitersMax: number;
  /** Failures in a row that eject an instance. Default 5 (Finagle, Envoy). */
  readonly ejectionFailuresMax: number;
  /** A share of successes below this ejects, 0 to 1. Default 0.8 (Finagle, Linkerd). */
  readonly ejectionRatioMin: number;
  /** Fewer samples than this say nothing about the share. Default 20. */
  readonly ejectionSamplesMin: number;
  /** Window of the share, in ms. Default 10 000. */
  readonly ejectionWindowMs: number;
  /** First time out, in ms; it doubles. Default 1 000: a Node service restarts within seconds. */
  readonly ejectionMsFirst: number;
  /** Longest time out, in ms. Default 60 000. */
  readonly ejectionMsMax: number;
  /** How many instances a process keeps to when a service has more, 2 to 1 000. Default 20 (gRPC A68: 12 to 20). */
  readonly subsetMax: number;
  /** Instances in the own zone, below which zones are ignored, 1 or more. Default 3: fewer are no zone, but a bottleneck. */
  readonly zoneInstancesMin: number;
  /**
   * How much more than its share a zone's well instances are trusted to carry, 1 to 10. Default 1.4 (Envoy): with 72 %
   * of it well a zone keeps all of its own traffic, below that the rest spills over.
   */
  readonly zoneOverprovision: number;
  /** Window of the share of nacks by which calls are held back before they are sent, in ms. Default 30 000. */
  readonly throttleWindowMs: number;
  /** A share of requests that are not nacked below this holds calls back, 0 to 1; 0 holds back none. Default 0.5 (Finagle). */
  readonly throttleRatioMin: number;
  /** The greatest share held back, 0 to 1: what still goes out finds out that the service is well again. Default 0.75 (Finagle). */
  readonly throttleShareMax: number;
  /** Below this many requests a second nothing is held back. Default 5 (Finagle). */
  readonly throttlePerSecondMin: number;
}

/** How calls are made: every field has a default. */
export type CallPolicy = Partial<CallSettings & ServiceSettings>;

export const CALL_DEFAULTS: CallSettings = Object.freeze({
  deadlineMs: 10_000,
  attemptMs: 3_000,
  attemptsMax: 3,
  backoffMsFirst: 250,
  backoffMsMax: 1_000,
  waitForInstanceMs: 1_000,
  replayBytesMax: 64 * 1_024,
  replyBytesMax: 16 * 1_024 * 1_024,
  streamIdleMs: 30_000,
  hedgeExtraLoad: 0,
  coalesce: false,
  criticality: undefined,
});

export const SERVICE_DEFAULTS: ServiceSettings = Object.freeze({
  budgetRatio: 0.2,
  budgetReservePerSecond: 1,
  budgetTtlMs: 10_000,
  connectionsMax: 32,
  waitersMax: 32,
  ejectionFailuresMax: 5,
  ejectionRatioMin: 0.8,
  ejectionSamplesMin: 20,
  ejectionWindowMs: 10_000,
  ejectionMsFirst: 1_000,
  ejectionMsMax: 60_000,
  subsetMax: 20,
  zoneInstancesMin: 3,
  zoneOverprovision: 1.4,
  throttleWindowMs: 30_000,
  throttleRatioMin: 0.5,
  throttleShareMax: 0.75,
  throttlePerSecondMin: 5,
});

/** A whole policy, in its two parts. */
export interface ResolvedPolicy {
  readonly call: CallSettings;
  readonly service: ServiceSettings;
}

const POLICY_DEFAULTS: ResolvedPolicy = Object.freeze({ call: CALL_DEFAULTS, service: SERVICE_DEFAULTS });

/**
 * Fills in what is not given. A part of which nothing is given is the base's own object: clients are told apart by it.
 * Throws OPTION_INVALID naming the option.
 *
 * @param base Default: the defaults.
 */
export function resolvePolicy(given: CallPolicy | undefined, base: ResolvedPolicy = POLICY_DEFAULTS): ResolvedPolicy {
  if (given === undefined) return base;
  const all = withDefaults({ ...base.call, ...base.service }, given);
  const service = isGiven(SERVICE_DEFAULTS, given) ? pick(SERVICE_DEFAULTS, all) : base.service;
  checkService(service);
  const call = isGiven(CALL_DEFAULTS, given) ? pick(CALL_DEFAULTS, all) : base.call;
  checkCall(call);
  return Object.freeze({ call, service });
}

/** The settings that differ from the defaults, for people. */
export function changedSettings({
  call,
  service,
}: ResolvedPolicy): Readonly<Record<string, string | number | boolean>> {
  const defaults: Readonly<Record<string, unknown>> = { ...CALL_DEFAULTS, ...SERVICE_DEFAULTS };
  const changed = Object.entries({ ...call, ...service }).filter(([name, value]) => value !== defaults[name]);
  return Object.fromEntries(changed.map(([name, value]) => [name, value ?? ""]));
}

function isGiven(part: object, given: CallPolicy): boolean {
  return Object.entries(given).some(([name, value]) => value !== undefined && Object.hasOwn(part, name));
}

/** The settings of one call: the consumer's, with what this call asks for. Throws OPTION_INVALID. */
export function resolveCall(settings: CallSettings, given: Partial<CallSettings>): CallSettings {
  const resolved = withDefaults(settings, given);
  checkCall(resolved);
  return Object.freeze(resolved);
}

function pick<Part extends object>(part: Part, all: Part): Part {
  const names = Object.keys(part) as (keyof Part)[];
  return Object.freeze(Object.fromEntries(names.map((name) => [name, all[name]])) as Part);
}

function checkCall(call: CallSettings): void {
  checkDurationMs("deadlineMs", call.deadlineMs, 1);
  checkDurationMs("attemptMs", call.attemptMs, 1);
  checkInteger("attemptsMax", call.attemptsMax, 1, 10);
  checkDurationMs("backoffMsFirst", call.backoffMsFirst);
  checkDurationMs("backoffMsMax", call.backoffMsMax);
  checkDurationMs("waitForInstanceMs", call.waitForInstanceMs);
  checkInteger("replayBytesMax", call.replayBytesMax, 0);
  checkInteger("replyBytesMax", call.replyBytesMax, 0);
  checkDurationMs("streamIdleMs", call.streamIdleMs, 1);
  checkBetween("hedgeExtraLoad", call.hedgeExtraLoad, 0, 0.1);
  checkOption(typeof call.coalesce === "boolean", "coalesce", "true or false", call.coalesce);
  checkOption(isCriticality(call.criticality), "criticality", CRITICALITIES.join(", "), call.criticality);
}

function checkService(service: ServiceSettings): void {
  checkRatio("budgetRatio", service.budgetRatio);
  checkBetween("budgetReservePerSecond", service.budgetReservePerSecond, 0, 1_000);
  checkInteger("budgetTtlMs", service.budgetTtlMs, 1_000, 60_000);
  checkInteger("connectionsMax", service.connectionsMax, 1, 256);
  checkInteger("waitersMax", service.waitersMax, 0, 10_000);
  checkInteger("ejectionFailuresMax", service.ejectionFailuresMax, 1);
  checkRatio("ejectionRatioMin", service.ejectionRatioMin);
  checkInteger("ejectionSamplesMin", service.ejectionSamplesMin, 1);
  checkDurationMs("ejectionWindowMs", service.ejectionWindowMs, 100);
  checkDurationMs("ejectionMsFirst", service.ejectionMsFirst, 1);
  checkDurationMs("ejectionMsMax", service.ejectionMsMax, service.ejectionMsFirst);
  checkInteger("subsetMax", service.subsetMax, 2, 1_000);
  checkInteger("zoneInstancesMin", service.zoneInstancesMin, 1);
  checkBetween("zoneOverprovision", service.zoneOverprovision, 1, 10);
  checkDurationMs("throttleWindowMs", service.throttleWindowMs, 1_000);
  checkRatio("throttleRatioMin", service.throttleRatioMin);
  checkRatio("throttleShareMax", service.throttleShareMax);
  checkInteger("throttlePerSecondMin", service.throttlePerSecondMin, 0);
}

function checkRatio(option: string, value: number): void {
  checkBetween(option, value, 0, 1);
}

/** Policies come from JSON, too, where "0.5" is no number. */
function checkBetween(option: string, value: number, min: number, max: number): void {
  checkOption(Number.isFinite(value) && value >= min && value <= max, option, `from ${min} to ${max}`, value);
}

function isCriticality(value: unknown): boolean {
  return value === undefined || CRITICALITIES.some((known) => known === value);
}
