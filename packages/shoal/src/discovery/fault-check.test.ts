import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleFault } from "../testing/sample-fault.ts";
import { sampleInstance } from "../testing/sample-instance.ts";
import { FAULT_MS_MAX, FAULTS_MAX } from "./fault.ts";
import { faultsIn } from "./fault-check.ts";
import { snapshotIn } from "./instance-check.ts";

describe("faultsIn", () => {
  it("takes a fault as it is, and without what does not belong to it", () => {
    expect(faultsIn([{ ...sampleFault(), more: 1 }])).toEqual([sampleFault()]);
  });

  it("does without the fields that choose nothing", () => {
    const { operation: _operation, route: _route, instance: _instance, caller: _caller, ...rest } = sampleFault();
    expect(faultsIn([rest])).toEqual([sampleFault()]);
  });

  it.each([
    { id: "" },
    { id: 7 },
    { service: "Not A Name" },
    { operation: "x".repeat(513) },
    { latencyMs: -1 },
    { latencyMs: 60_001 },
    { latencyMs: Number.NaN },
    { errorRatio: 1.01 },
    { dropRatio: "all" },
    { status: 200 },
    { status: 500.5 },
    { remainingMs: -1 },
    { remainingMs: FAULT_MS_MAX + 1 },
    { remainingMs: null },
  ])("leaves out a fault with %j, and keeps the one beside it", (wrong) => {
    expect(faultsIn([{ ...sampleFault(), ...wrong }, sampleFault({ id: "f2" })])).toEqual([sampleFault({ id: "f2" })]);
  });

  it("takes a hundred of them at most", () => {
    expect(faultsIn(Array.from({ length: FAULTS_MAX + 1 }, () => sampleFault()))).toHaveLength(FAULTS_MAX);
  });

  it("never spoils the instances beside it, whatever somebody sends", () => {
    const instances = [sampleInstance("quotes-1")];
    fc.assert(
      fc.property(fc.anything(), (faults) => {
        const snapshot = snapshotIn({ revision: 1, instances, services: [], faults });
        expect(snapshot?.instances).toEqual(instances);
      }),
    );
  });
});
