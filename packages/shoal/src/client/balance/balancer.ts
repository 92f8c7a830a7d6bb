import { type Context, cancellationOf } from "../../core/context.ts";
import type { HttpReply } from "../../core/message.ts";
import { failure, type Outcome } from "../../core/outcome.ts";
import type { Ports } from "../../core/service.ts";
import { COLD_START_MS } from "../../discovery/resolver.ts";
import type { EdgeEvent } from "../../telemetry/resilience.ts";
import { type Call, type CallService, nameOf } from "../call.ts";
import { nobodyToAsk, tooManyWait } from "./absent.ts";
import { type BalanceState, balanceState } from "./balance-state.ts";
import { usualMs } from "./median.ts";
import type { InstanceClient, Peers } from "./peers.ts";
import { pick } from "./pick.ts";
import { createWaitingRoom } from "./waiting-room.ts";

/** Calls of one service that may wait for an instance at the same time. */
const WAITING_MAX = 1_000;
/** Of a crowd, so many go to an instance that has not answered yet: it may be none, and each costs a retry. */
const FIRST_MAX = 4;
const NONE: ReadonlySet<string> = new Set();

/** Chooses the instance of each attempt. */
export interface Balancer {
  /** Hands the call to an instance, waiting for one if there is none. `final` when none came in time. */
  readonly attempt: CallService;
  /** True when the call could go to an instance it has not been to, or might if it waited. */
  readonly hasOther: (call: Call) => boolean;
  /** True when an instance that the call has not been to would take it at once. */
  readonly hasSpare: (call: Call) => boolean;
  /** What an attempt usually takes, in ms; 0 while unknown. */
  readonly expectedMs: () => number;
  /** The same of one instance. */
  readonly expectedMsOf: (instance: string) => number;
  /** How it stands towards the service, for reports. */
  readonly state: () => BalanceState;
}

/** @param note Counts attempts, and calls that found nobody. */
export function createBalancer(peers: Peers, { clock, random }: Ports, note: (event: EdgeEvent) => void): Balancer {
  const room = createWaitingRoom(clock, peers.onChange);
  /** When calls last waited because there was nobody, on `clock.now()`'s scale. */
  let nobodyMs = Number.NEGATIVE_INFINITY;

  const mayProbe = () => peers.probes.take(clock.now());
  const requestOf = ({ idempotent, tried, atMs }: Call) => ({ idempotent, nowMs: atMs, random, tried, mayProbe });
  const choose = (call: Call): InstanceClient | undefined => {
    const survey = peers.survey(call.atMs);
    const request = requestOf(call);
    const fresh = pick(survey, request);
    if (fresh || call.isHedge) return fresh; // beside the first a hedge is of use only elsewhere
    // Never twice to the same while there is another; what the registry took out only when nothing else listens.
    return pick(survey, { ...request, tried: NONE }) ?? pick(peers.lastResort(), request);
  };
  const handTo = (chosen: InstanceClient, call: Call, context: Context) => {
    room.wakeFirst(); // each tells the next, up to one who finds no place
    note("attempt");
    peers.probes.earn();
    call.attempts += 1;
    call.tried.add(chosen.id);
    call.instance = chosen.id;
    return chosen.attempt(call, context).then((outcome) => {
      if (!outcome.ok && outcome.kind === "unsent") call.unsent += 1;
      room.wakeFirst();
      return outcome;
    });
  };
  /**
   * Until when a call waits that comes after others to a full instance, or to a new one. Those who gathered while there
   * was nobody come all at once when somebody is back, and so go in one after the other for as long as they would have
   * waited for it. At other times a full instance is one that is too slow, and a longer queue would only make it later.
   */
  const crowdUntilMs = (chosen: InstanceClient, call: Call, nowMs: number) => {
    const untilMs = nobodyMs + call.settings.waitForInstanceMs;
    if (nowMs >= untilMs || call.isHedge) return Number.NEGATIVE_INFINITY;
    const isNew = chosen.load.costMs(nowMs) === undefined && chosen.load.pending() >= FIRST_MAX;
    return isNew || chosen.isFull() ? untilMs : Number.NEGATIVE_INFINITY;
  };
  /** Nobody is fit for it: one that is not, if anybody still waits. */
  const afterPatience = async (call: Call, context: Context): Promise<Outcome<HttpReply>> => {
    const isWanted = !cancellationOf(context).aborted && !call.isHedge;
    const [stubborn] = untried(peers.instances(), call);
    if (stubborn && isWanted) return handTo(stubborn, call, context);
    if (isWanted) note("no_instance");
    return failure("final", nobodyToAsk(call.service, peers.set()));
  };

  // no async function: nearly always there is an instance, and nothing to wait for
  const attempt: CallService = (call, context) => {
    const cancellation = cancellationOf(context);
    const chosen = cancellation.aborted ? undefined : choose(call);
    const nowMs = call.atMs;
    if (chosen) {
      const untilMs = crowdUntilMs(chosen, call, nowMs);
      if (nowMs >= untilMs || room.size() >= WAITING_MAX) return handTo(chosen, call, context);
      return room.wait(untilMs, cancellation).then(() => again(call, context));
    }
    call.waitStartMs ??= nowMs;
    const untilMs = call.waitStartMs + patienceMs(call, peers);
    if (nowMs >= untilMs || cancellation.aborted || call.isHedge) return afterPatience(call, context);
    if (room.size() >= WAITING_MAX) {
      note("no_instance");
      return Promise.resolve(failure("final", tooManyWait(nameOf(call), WAITING_MAX)));
    }
    return room.wait(Math.min(untilMs, nextTrialMs(peers)), cancellation).then(() => {
      nobodyMs = clock.now();
      return again(call, context);
    });
  };
  /** Bounded by the call's patience, for an instance and then for a place. */
  const again: CallService = (call, context) => {
    call.atMs = clock.now();
    return attempt(call, context);
  };

  return {
    attempt,
    hasOther(call) {
      const nowMs = clock.now();
      const listens = ({ failFast }: InstanceClient) => !failFast.isRefusing(nowMs);
      const fresh = [...untried(peers.instances(), call), ...untried(peers.lastResort().members, call)];
      return fresh.some(listens) || !peers.instances().some(listens);
    },
    hasSpare: (call) => pick(peers.survey(), { ...requestOf(call), nowMs: clock.now() }) !== undefined,
    // not the cost: with what failures are charged for in it, a call with less time left than that is never retried
    expectedMs: () => usualMs(peers.instances()) ?? 0,
    expectedMsOf: (instance) =>
      peers
        .instances()
        .find(({ id }) => id === instance)
        ?.load.usualMs() ??
      usualMs(peers.instances()) ??
      0,
    state: () => balanceState(peers, room.size(), clock.now()),
  };
}

function untried(clients: readonly InstanceClient[], call: Call): readonly InstanceClient[] {
  return call.tried.size === 0 ? clients : clients.filter(({ id }) => !call.tried.has(id));
}

/** Before the registry was heard for the first time, its answer or the set on disk is worth a longer wait. */
function patienceMs(call: Call, peers: Peers): number {
  const { waitForInstanceMs } = call.settings;
  return peers.set().state === "pending" ? waitForInstanceMs + COLD_START_MS : waitForInstanceMs;
}

function nextTrialMs(peers: Peers): number {
  return Math.min(...peers.instances().map(({ failFast }) => failFast.retryAtMs() ?? Number.POSITIVE_INFINITY));
}
