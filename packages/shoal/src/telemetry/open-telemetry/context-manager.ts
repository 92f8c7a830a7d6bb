import { AsyncLocalStorage } from "node:async_hooks";
import type { ContextManager, Context as TheirContext } from "@opentelemetry/api";
import { unixMs } from "../../core/clock.ts";
import { Beside, type Context, contextWith, currentlyHeld, runInContext } from "../../core/context.ts";
import { SAMPLED } from "../../core/trace-context.ts";
import { extrasFor } from "../span-extras.ts";
import { formatBaggage, parseBaggage } from "./baggage.ts";
import { type Joint, spanContextOf, traceOf } from "./joint.ts";
import { UserSpan } from "./user-span.ts";

/**
 * OpenTelemetry's contexts on top of ours: inside a handler the served request's span is the active one, and what runs
 * under another span of OpenTelemetry's makes its calls below that.
 */
export function createContextManager(joint: Joint): ContextManager {
  const { api } = joint;
  const ofContext = new WeakMap<Context, TheirContext>();
  const active = (): TheirContext => {
    const held = currentlyHeld();
    if (held === undefined) return api.ROOT_CONTEXT;
    if (held instanceof Beside) return held.theirs as TheirContext;
    const known = ofContext.get(held);
    if (known) return known;
    const made = theirContextOf(joint, held);
    ofContext.set(held, made);
    return made;
  };
  const manager: ContextManager = {
    active,
    with(theirs, task, self, ...parameters) {
      return runInContext(besideOf(joint, theirs), () =>
        task.call(self as ThisParameterType<typeof task>, ...parameters),
      );
    },
    bind(theirs, target) {
      if (typeof target !== "function") return target;
      const bound = runInContext(besideOf(joint, theirs), () => AsyncLocalStorage.snapshot());
      return function (this: unknown, ...parameters: unknown[]) {
        return bound(() => Reflect.apply(target, this, parameters));
      } as typeof target;
    },
    enable: () => manager,
    disable: () => manager,
  };
  return manager;
}

/** The context of a request, with its span to say more of and its baggage to read. */
function theirContextOf({ api, ports }: Joint, { trace, baggage }: Context): TheirContext {
  const nowMs = () => unixMs(ports.clock, ports.clock.now());
  const spanContext = spanContextOf(api, trace);
  const span =
    (trace.flags & SAMPLED) === 0
      ? api.trace.wrapSpanContext(spanContext)
      : new UserSpan(spanContext, extrasFor(trace), nowMs, () => {});
  const withSpan = api.trace.setSpan(api.ROOT_CONTEXT, span);
  return baggage === "" ? withSpan : api.propagation.setBaggage(withSpan, parseBaggage(api, baggage));
}

function besideOf({ api }: Joint, theirs: TheirContext): Beside {
  const held = currentlyHeld();
  const context = held instanceof Beside ? held.context : held;
  const spanContext = api.trace.getSpanContext(theirs);
  const isSame = context !== undefined && context.trace.spanId === spanContext?.spanId;
  const trace = isSame ? context.trace : traceOf(api, spanContext);
  const baggage = api.propagation.getBaggage(theirs);
  const changes = {
    ...(trace === undefined || isSame ? {} : { trace }),
    ...(baggage === undefined ? {} : { baggage: formatBaggage(baggage) }),
  };
  return new Beside(context && contextWith(context, changes), trace, theirs);
}
