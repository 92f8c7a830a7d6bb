import { describe, expect, it } from "vitest";
import { createFakeRuntime } from "../testing/fake-runtime.ts";
import { arrivingContext } from "../transport/arrival.ts";
import { contextIn } from "./context-in.ts";

const { ports, log } = createFakeRuntime();
const arriving = arrivingContext(new AbortController().signal);
const source = { ports, realm: "local", log, handlerMs: 10_000 };
const read = (headers: Record<string, string>) => contextIn(headers, arriving, source);

describe("contextIn", () => {
  it("gives a request that says nothing the server's own deadline and a new trace", () => {
    const context = read({});
    expect(context).toMatchObject({ deadlineMs: 10_000, caller: undefined, realm: "local", attempt: 1, baggage: "" });
    expect(context.trace.flags).toBe(3);
  });

  it("continues the caller's trace in a span of its own", () => {
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const { trace } = read({ traceparent, tracestate: "a=1" });
    expect(trace).toMatchObject({ traceId: "0af7651916cd43dd8448eb211c80319c", flags: 1, state: "a=1" });
    expect(trace.spanId).not.toBe("b7ad6b7169203331");
  });

  it.each([
    ["250", 250],
    ["0.5", 0.5],
    ["0", 0],
    ["-5", -5],
    ["60000", 10_000],
    ["Infinity", 10_000],
    ["soon", 10_000],
    ["", 10_000],
    ["250, 300", 10_000],
  ])("takes x-deadline-ms %j as %d ms from now", (header, expectedMs) => {
    expect(read({ "x-deadline-ms": header }).deadlineMs).toBe(expectedMs);
  });

  it("keeps the transport's deadline when it is nearer", () => {
    expect(contextIn({}, { ...arriving, deadlineMs: 7 }, source).deadlineMs).toBe(7);
  });

  it.each([
    ["quotes", "quotes"],
    ["<script>", undefined],
    ["Quotes", undefined],
    ["", undefined],
  ])("takes the caller %j as %s: it becomes a label and a part of keys", (header, caller) => {
    expect(read({ "x-shoal-caller": header }).caller).toBe(caller);
  });

  it.each([
    ["3", 3],
    ["0", 1],
    ["-1", 1],
    ["1e3", 1],
    ["9999999", 1],
  ])("takes the attempt %j as %d", (header, attempt) => {
    expect(read({ "x-shoal-attempt": header }).attempt).toBe(attempt);
  });

  it("passes baggage on up to the 8 192 bytes that W3C asks for", () => {
    expect(read({ baggage: "x".repeat(8_192) }).baggage).toHaveLength(8_192);
    expect(read({ baggage: "x".repeat(8_193) }).baggage).toBe("");
  });

  it("leaves the decision about a new trace to the sampler, and about another one to who began it", () => {
    const sampled = (headers: Record<string, string>, decision: boolean) =>
      contextIn(headers, arriving, { ...source, sampleNewTrace: () => decision }).trace.flags & 1;
    expect([sampled({}, true), sampled({}, false)]).toEqual([1, 0]);
    const parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331";
    expect([sampled({ traceparent: `${parent}-01` }, false), sampled({ traceparent: `${parent}-00` }, true)]).toEqual([
      1, 0,
    ]);
  });

  it("restarts the trace for two parents, and joins two states", () => {
    const parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    expect(read({ traceparent: `${parent}, ${parent}` }).trace.traceId).not.toBe("0af7651916cd43dd8448eb211c80319c");
    expect(read({ traceparent: parent, tracestate: "a=1, b=2" }).trace.state).toBe("a=1,b=2");
  });

  it("does not let a caller's realm decide where a request runs", () => {
    expect(read({ "x-shoal-realm": "prod" }).realm).toBe("local");
  });
});
