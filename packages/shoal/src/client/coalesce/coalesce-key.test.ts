import { describe, expect, it } from "vitest";
import type { Context } from "../../core/context.ts";
import type { HttpRequest } from "../../core/message.ts";
import { sampleCall, sampleContext } from "../../testing/sample-call.ts";
import type { Call } from "../call.ts";
import { coalesceKey } from "./coalesce-key.ts";

const GET: HttpRequest = { method: "GET", target: "/quotes/1", headers: { accept: "x", "a-b": "y" }, body: undefined };

function keyOf(request: Partial<HttpRequest> = {}, context: Partial<Context> = {}, call: Partial<Call> = {}) {
  return coalesceKey(sampleCall({ request: { ...GET, ...request }, ...call }), sampleContext(context));
}

describe("coalesceKey", () => {
  it("is the same for the same read, in whatever order its headers come and whosever trace it belongs to", () => {
    expect(keyOf()).toBeDefined();
    expect(keyOf({ headers: { "a-b": "y", accept: "x" } })).toBe(keyOf());
    expect(keyOf({ headers: { ...GET.headers, traceparent: "t", tracestate: "s" } })).toBe(keyOf());
    expect(keyOf({}, { caller: "edge", deadlineMs: 5 })).toBe(keyOf());
  });

  it("is another for whatever might be answered otherwise", () => {
    const others = [
      keyOf({ method: "HEAD" }),
      keyOf({ target: "/quotes/2" }),
      keyOf({ headers: { accept: "x" } }),
      keyOf({ headers: { accept: "y", "a-b": "x" } }),
      keyOf({}, { realm: "staging" }),
      keyOf({}, { criticality: "sheddable" }),
      keyOf({}, { baggage: "tenant=1" }),
      keyOf({}, {}, { operation: "peekQuote" }),
    ];
    expect(others).not.toContain(undefined);
    expect(new Set([...others, keyOf()]).size).toBe(others.length + 1);
  });

  it("is none for what shares with nobody: no read, a body, a reply that streams", () => {
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) expect(keyOf({ method })).toBeUndefined();
    expect(keyOf({ body: Buffer.from("{}") })).toBeUndefined();
    expect(keyOf({}, {}, { replyInMemory: false })).toBeUndefined();
  });
});
