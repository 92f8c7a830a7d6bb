import { type Ports, stack } from "../core/service.ts";
import type { Recorder } from "../telemetry/recorder.ts";
import type { EdgeEvent } from "../telemetry/resilience.ts";
import type { Connection } from "../transport/port.ts";
import type { Balancer } from "./balance/balancer.ts";
import type { CallService } from "./call.ts";
import { coalesce } from "./coalesce/coalesce.ts";
import { totalDeadline } from "./deadline.ts";
import { hedge } from "./hedge/hedge.ts";
import { attemptTimeout } from "./instance/attempt.ts";
import { concurrencyLimit, type Turnstile } from "./instance/concurrency.ts";
import { type InjectFaultsParts, injectFaults } from "./instance/fault.ts";
import { type HealthParts, health } from "./instance/health.ts";
import { sendTo } from "./instance/send.ts";
import type { RetryBudget } from "./retry/budget.ts";
import { requeue } from "./retry/requeue.ts";
import { retry } from "./retry/retry.ts";
import type { Admission } from "./throttle/admission.ts";
import { throttle } from "./throttle/throttle.ts";

/** What the calls of one service share. */
export interface CallStackParts {
  readonly budget: RetryBudget;
  readonly balancer: Balancer;
  readonly admission: Admission;
  /** Counts what is decided on the way. */
  readonly note: (event: EdgeEvent) => void;
}

/**
 * The way of a call, outermost first; the instance that the last step picks goes on with `instanceStack`.
 * Above it stands `client.ts`, which makes the call's context; what counts or records whole calls belongs there, where
 * it sees each once, with its final outcome.
 */
export function callStack({ budget, balancer, admission, note }: CallStackParts, ports: Ports): CallService {
  return stack(
    [
      // above everything that waits or repeats, because the caller waits for the sum
      totalDeadline(ports, note),
      // below the deadline, which each of those that share a request has for itself; above retry, which is made for all
      coalesce({ note }, ports),
      // above the balancer, because another try should go to another instance
      retry({ budget, expectedMs: balancer.expectedMs, note }, ports),
      // below retry, or each retry of a slow service would be two; above the throttle and the balancer, which see each
      // of the two requests
      hedge({ ...balancer, budget, note }, ports),
      // below retry, because each further try asks the service for more of what it refuses; above requeue, because a
      // service that has an instance free does not refuse
      throttle({ admission, note }, ports),
      // below retry, because what was not begun needs no pause, and above the balancer for the same reason as retry
      requeue({ budget, hasOther: balancer.hasOther, note }, ports),
    ],
    balancer.attempt,
  );
}

/**
 * The same for a call whose first attempt was begun before it came here, see direct/direct-way.ts: nothing may hold that
 * back any more. Further attempts go the usual way.
 */
export function begunCallStack({ budget, balancer, admission, note }: CallStackParts, ports: Ports): CallService {
  const again = stack(
    [throttle({ admission, note }, ports), requeue({ budget, hasOther: balancer.hasOther, note }, ports)],
    balancer.attempt,
  );
  return stack(
    [totalDeadline(ports, note), retry({ budget, expectedMs: balancer.expectedMs, note }, ports)],
    (call, context) => {
      const begun = call.attempts === 0 ? call.made?.begun : undefined;
      return (begun ?? again)(call, context);
    },
  );
}

/** What is kept for one instance. */
export interface InstanceStackParts extends HealthParts, InjectFaultsParts {
  readonly turnstile: Turnstile;
  readonly connection: Connection;
  /** Default: nothing is recorded. */
  readonly recorder?: Recorder | undefined;
}

/** The way of an attempt at one instance, outermost first. */
export function instanceStack(parts: InstanceStackParts, ports: Ports): CallService {
  return stack(
    [
      // above the timeout, because it must see that attempts time out (Moleculer's breaker does not)
      health(parts, ports),
      // above the limit, because waiting for a connection is part of what the caller waits for
      attemptTimeout(ports, parts.note, parts.recorder),
      // above the transport, because its own queue has neither bound nor deadline
      concurrencyLimit(parts.turnstile, parts.id, parts.note),
      // below all that protects, because an instance that is slow or fails would be seen there
      injectFaults(parts, ports),
    ],
    // headers last, because the time left is what is left when the request goes out; classification at the very
    // bottom, because all of the above go by it
    sendTo(parts.connection, ports),
  );
}

/**
 * The way of an attempt that was begun already: it needs no place, and no fault befalls it.
 * @returns Takes what goes on with it.
 */
export function begunInstanceStack(
  parts: Omit<InstanceStackParts, "connection">,
  ports: Ports,
): (answering: Connection) => CallService {
  const filters = [health(parts, ports), attemptTimeout(ports, parts.note, parts.recorder)];
  return (answering) => stack(filters, sendTo(answering, ports));
}
