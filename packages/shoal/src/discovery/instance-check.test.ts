import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleInstance } from "../testing/sample-instance.ts";
import { instanceIn, instanceProblem, snapshotIn } from "./instance-check.ts";

const whole = sampleInstance("quotes-1");

describe("instanceProblem", () => {
  it("finds nothing wrong with an instance, at the bounds too", () => {
    expect(instanceProblem(whole)).toBeUndefined();
    expect(instanceProblem({ ...whole, id: "x".repeat(128), release: "x".repeat(128) })).toBeUndefined();
  });

  it.each(["http://127.0.0.1:1", "http://[::1]:20001", "https://a.example", "http://a:80", "https://a:443"])(
    "takes the address %s",
    (address) => expect(instanceProblem({ ...whole, address })).toBeUndefined(),
  );

  it.each([
    ["id", ""],
    ["id", "x".repeat(129)],
    ["id", "a/b"],
    ["id", 7],
    ["service", "Quotes"],
    ["realm", ""],
    ["zone", undefined],
    ["address", "127.0.0.1:1"],
    ["address", "ftp://a"],
    ["address", "http://a/path"],
    ["address", "http://a/"],
    ["address", "http://user@a"],
    ["address", `http://${"a".repeat(300)}`],
    ["release", "x".repeat(129)],
    ["contract", null],
  ])("names %s when it is %j", (field, value) => {
    expect(instanceProblem({ ...whole, [field]: value })).toContain(field);
  });

  it("takes any value without failing", () => {
    fc.assert(fc.property(fc.anything(), (value) => instanceIn(value) === undefined));
  });
});

describe("snapshotIn", () => {
  it("drops what does not belong to an instance", () => {
    const snapshot = snapshotIn({ revision: 1, instances: [{ ...whole, leaseMs: 5 }], services: [] });
    expect(snapshot?.instances).toEqual([whole]);
  });

  it("takes what a plain registry leaves out as complete, with nobody gone", () => {
    expect(snapshotIn({ revision: 1, instances: [] })).toEqual({
      revision: 1,
      instances: [],
      services: [],
      left: [],
      complete: true,
    });
  });

  it("is none as soon as one instance is none: half a set would look like a removal", () => {
    expect(snapshotIn({ revision: 1, instances: [whole, { ...whole, id: "" }], services: [] })).toBeUndefined();
  });
});
