import { stack } from "../core/service.ts";
import type { Meter } from "../telemetry/meter.ts";
import type { Recorder } from "../telemetry/recorder.ts";
import { NO_RESILIENCE_METER } from "../telemetry/resilience.ts";
import { type AdmissionParts, admission, placeKeeper, type RefuseExcessParts, refuseExcess } from "./admission.ts";
import type { BegunWork, ServerService } from "./arrival.ts";
import { bufferBody } from "./body.ts";
import type { ContextSource } from "./context-in.ts";
import { answerInTime, refuseExpired } from "./deadline.ts";
import { drainGate } from "./drain-gate.ts";
import { withoutBodyForHead } from "./head.ts";
import { idempotency } from "./idempotency.ts";
import type { IdempotencyStore } from "./idempotency-store.ts";
import { knownOperation } from "./known-operation.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { observe } from "./observe.ts";
import { answerOwnPaths } from "./own-paths.ts";
import { problems } from "./problems.ts";
import { recordExchange } from "./record-exchange.ts";

export interface ServerStackParts {
  readonly service: string;
  readonly source: ContextSource;
  readonly meter: Meter;
  /** Default: nothing is recorded. */
  readonly recorder?: Recorder | undefined;
  readonly instance: string;
  readonly lifecycle: Lifecycle;
  readonly limiter: AdmissionParts["limiter"];
  readonly overload: RefuseExcessParts["overload"];
  /** Counts what is refused without being begun. Default: nothing is counted. */
  readonly shed?: AdmissionParts["shed"] | undefined;
  /** Told of each request that comes as far as admission. Default: nobody is told. */
  readonly asked?: RefuseExcessParts["asked"] | undefined;
  readonly onHung: AdmissionParts["onHung"];
  readonly store: IdempotencyStore;
  readonly hungMs: number;
  readonly bodyBytesMax: number;
  /** What decodes the request, calls the handler and encodes its reply. */
  readonly operation: ServerService;
}

/**
 * The whole server but its sockets, outermost first. Above it stand only the listener's limits: headers, timeouts,
 * connections.
 */
export function serverStack(parts: ServerStackParts): ServerService {
  const { service, source, shed = NO_RESILIENCE_METER.shed, asked = NO_RESILIENCE_METER.asked } = parts;
  const { clock } = source.ports;
  return stack(
    [
      // Above everything, because it takes the body off whatever was answered, problem documents included.
      withoutBodyForHead,
      // Above all that answers, because each reply of a draining server asks its connection to close, refusals too.
      drainGate(service, parts.lifecycle, shed),
      // Above all that refuses, because refusals count: they are what an overloaded service does most.
      observe(parts),
      // Below observe, whose context has the trace; above all that answers, because refusals are traffic too.
      recordExchange({ service, ports: source.ports, recorder: parts.recorder }),
      // Below observe, so that what fails is counted with its status; above the rest, because any filter may have a bug.
      problems(service),
      // Above admission, because health must answer when the service is at its limit.
      answerOwnPaths,
      // Above admission, because a 404 costs nothing and should not wait behind work.
      knownOperation(service),
      // Above the timer, and above the body, because a refusal must cost next to nothing: an overloaded server that first
      // reads and parses what it will refuse is only overloaded more.
      refuseExcess({ ...parts, shed, asked }),
      // Above admission, because the wait for a place counts against the deadline, and because a place stays taken
      // until the work below has settled, however early this filter answers.
      answerInTime(service, clock),
      // Above the body, because a request that waits for its turn should wait in the socket's buffer, not in memory.
      admission({ ...parts, clock, shed }),
      // Right below admission, because a place may come after the deadline: nobody waits for that work.
      refuseExpired(service, clock, shed),
      // Above idempotency, which compares bodies.
      bufferBody(service, parts.bodyBytesMax),
      // Above decoding, because a replay needs none, and because it keeps replies as they went out, errors included.
      idempotency(service, parts.store, clock),
    ],
    parts.operation,
  );
}

/**
 * The same for one request whose handler was called before it came here, see direct.ts: without what refuses, for its
 * work has begun, and has a place.
 */
export function begunStack(parts: ServerStackParts): (begun: BegunWork) => ServerService {
  const { service, source } = parts;
  const { ports } = source;
  const keepPlace = placeKeeper({ ...parts, clock: ports.clock });
  // made once: one of them has the timer for all, another what it knows of each operation
  const filters = [
    observe(parts),
    recordExchange({ service, ports, recorder: parts.recorder }),
    problems(service),
    answerInTime(service, ports.clock),
  ];
  return (begun) => {
    const answer: ServerService = (arrival, context) => begun.answer(arrival, context);
    return stack(filters, (arrival, context) => keepPlace(begun.release, arrival, context, answer));
  };
}
