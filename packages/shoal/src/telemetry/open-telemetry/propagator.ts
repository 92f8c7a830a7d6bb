import type { TextMapPropagator } from "@opentelemetry/api";
import { parseTrace } from "../../core/trace-context.ts";
import { HEADER } from "../../core/wire.ts";
import { formatBaggage, parseBaggage } from "./baggage.ts";
import { type Joint, spanContextOf, traceparentOf } from "./joint.ts";

/** W3C's headers for what carries none of its own, such as a message queue: the same rules as on our wire. */
export function createPropagator({ api }: Joint): TextMapPropagator {
  return {
    inject(context, carrier, setter) {
      const span = api.trace.getSpanContext(context);
      if (span && api.isSpanContextValid(span)) {
        setter.set(carrier, HEADER.traceparent, traceparentOf(span));
        const state = span.traceState?.serialize() ?? "";
        if (state !== "") setter.set(carrier, HEADER.tracestate, state);
      }
      const baggage = api.propagation.getBaggage(context);
      const text = baggage === undefined ? "" : formatBaggage(baggage);
      if (text !== "") setter.set(carrier, HEADER.baggage, text);
    },
    extract(context, carrier, getter) {
      const read = (name: string) => {
        const value: unknown = getter.get(carrier, name);
        if (Array.isArray(value)) return value.join(",");
        return typeof value === "string" ? value : undefined;
      };
      const trace = parseTrace(read(HEADER.traceparent), read(HEADER.tracestate));
      const remote = trace && { ...spanContextOf(api, trace), isRemote: true };
      const withSpan = remote ? api.trace.setSpan(context, api.trace.wrapSpanContext(remote)) : context;
      const baggage = read(HEADER.baggage) ?? "";
      return baggage === "" ? withSpan : api.propagation.setBaggage(withSpan, parseBaggage(api, baggage));
    },
    fields: () => [HEADER.traceparent, HEADER.tracestate, HEADER.baggage],
  };
}
