import type { HttpReply } from "../../core/message.ts";
import { failure, type Outcome } from "../../core/outcome.ts";
import type { Ports } from "../../core/service.ts";
import { COLD_START_MS } from "../../discovery/resolver.ts";
import { type Call, type CallService, nameOf } from "../call.ts";
import { nobodyToAsk, tooManyWait } from "./absent.ts";
import type { InstanceClient, Peers } from "./peers.ts";
import { pick, usualMs } from "./pick.ts";

/** Calls of one service that may wait for an instance at the same time. */
const WAITING_MAX = 1_000;

/** Chooses the instance of each attempt. */
export interface Balancer {
  /** Hands the call to an instance, waiting for one if there is none. `final` when none came in time. */
  readonly attempt: CallService;
  /** True when the call could go to an instance it has not been to, or might if it waited. */
  readonly hasOther: (call: Call) => boolean;
  /** What an attempt usually takes, in ms; 0 while unknown. */
  readonly expectedMs: () => number;
}

export function createBalancer(peers: Peers, { clock, random }: Ports): Balancer {
  let waiting = 0;

  const choose = (call: Call): InstanceClient | undefined => {
    const instances = peers.instances();
    const request = { idempotent: call.idempotent, nowMs: clock.now(), random };
    // Never twice to the same while there is another; what the registry took out only when nothing else listens.
    return (
      pick(instances, untried(instances, call), request) ??
      pick(instances, instances, request) ??
      pick(peers.lastResort(), untried(peers.lastResort(), call), request)
    );
  };
  const handTo = async (chosen: InstanceClient, call: Call, context: Parameters<CallService>[1]) => {
    call.attempts += 1;
    call.tried.add(chosen.id);
    call.instance = chosen.id;
    const outcome = await chosen.attempt(call, context);
    if (!outcome.ok && outcome.kind === "unsent") call.unsent += 1;
    return outcome;
  };
  /** Until something changes, the next refusing instance may be tried, or the call's patience ends. */
  const waitForChange = (untilMs: number, signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      waiting += 1;
      const wake = () => {
        cancelTimer();
        cancelChange();
        signal.removeEventListener("abort", wake);
        waiting -= 1;
        resolve();
      };
      const cancelTimer = clock.after(Math.min(untilMs, nextTrialMs(peers)) - clock.now(), wake);
      const cancelChange = peers.onChange(wake);
      signal.addEventListener("abort", wake, { once: true });
    });

  return {
    async attempt(call, context): Promise<Outcome<HttpReply>> {
      // bounded by the call's patience
      for (;;) {
        const chosen = choose(call);
        if (chosen) return handTo(chosen, call, context);
        const nowMs = clock.now();
        call.waitStartMs ??= nowMs;
        const untilMs = call.waitStartMs + patienceMs(call, peers);
        if (nowMs >= untilMs || context.signal.aborted) {
          const [stubborn] = untried(peers.instances(), call);
          return stubborn && !context.signal.aborted
            ? handTo(stubborn, call, context)
            : failure("final", nobodyToAsk(call.service, peers.set()));
        }
        if (waiting >= WAITING_MAX) return failure("final", tooManyWait(nameOf(call), WAITING_MAX));
        await waitForChange(untilMs, context.signal);
      }
    },
    hasOther(call) {
      const nowMs = clock.now();
      const listens = ({ failFast }: InstanceClient) => !failFast.isRefusing(nowMs);
      const fresh = [...untried(peers.instances(), call), ...untried(peers.lastResort(), call)];
      return fresh.some(listens) || !peers.instances().some(listens);
    },
    // not the cost: with what failures are charged for in it, a call with less time left than that is never retried
    expectedMs: () => usualMs(peers.instances()) ?? 0,
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
