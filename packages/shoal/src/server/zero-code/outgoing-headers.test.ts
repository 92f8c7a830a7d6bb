import { describe, expect, it } from "vitest";
import { runInContext } from "../../core/context.ts";
import { arrivingContext } from "../../transport/arrival.ts";
import { outgoingHeaders } from "./outgoing-headers.ts";

const trace = { traceId: "a".repeat(32), spanId: "b".repeat(16), flags: 1, state: "" };
const context = { ...arrivingContext(new AbortController().signal), trace };

describe("outgoingHeaders", () => {
  it("says nothing outside of a request", () => {
    expect(outgoingHeaders(0)).toEqual({});
  });

  it("passes on the trace of the request, and no deadline or baggage that it has not", () => {
    expect(runInContext(context, () => outgoingHeaders(0))).toEqual({
      traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01`,
    });
  });

  it("passes on baggage, trace state, and the time that is left", () => {
    const full = { ...context, trace: { ...trace, state: "v=1" }, baggage: "user=7", deadlineMs: 1_500.9 };
    expect(outgoingHeaders(1_000, full)).toMatchObject({
      tracestate: "v=1",
      baggage: "user=7",
      "x-deadline-ms": "500",
    });
  });

  it("never passes on less than no time", () => {
    expect(outgoingHeaders(2_000, { ...context, deadlineMs: 1_000 })).toMatchObject({ "x-deadline-ms": "0" });
  });
});
