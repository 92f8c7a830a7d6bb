import { describe, expect, it } from "vitest";
import { withMissing } from "./patch-undici.ts";

describe("withMissing", () => {
  const added = { traceparent: "T", "x-deadline-ms": "5" };

  it.each<[string, unknown, unknown[]]>([
    ["nothing", undefined, []],
    ["null", null, []],
    ["a list", ["a", "1"], ["a", "1"]],
    ["an object", { a: "1", b: ["2", "3"], c: undefined }, ["a", "1", "b", "2", "b", "3"]],
    ["a Headers", new Headers({ a: "1" }), ["a", "1"]],
    ["a Map", new Map([["a", "1"]]), ["a", "1"]],
  ])("adds to %s", (_, headers, list) => {
    expect(withMissing(headers, added)).toEqual([...list, "traceparent", "T", "x-deadline-ms", "5"]);
  });

  it("adds nothing that is there, however it is written", () => {
    expect(withMissing({ TraceParent: "mine" }, added)).toEqual(["TraceParent", "mine", "x-deadline-ms", "5"]);
  });
});
