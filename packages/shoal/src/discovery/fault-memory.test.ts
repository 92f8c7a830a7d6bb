import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleFault } from "../testing/sample-fault.ts";
import type { Fault } from "./fault.ts";
import { createFaultMemory } from "./fault-memory.ts";
import type { Snapshot } from "./instance.ts";

function snapshot(faults: readonly Fault[], watched?: readonly string[]): Snapshot {
  return { revision: 1, instances: [], services: [], faults, ...(watched ? { watched } : {}) };
}

function idsOf(faults: readonly Fault[] | undefined): readonly string[] | undefined {
  return faults?.map(({ id }) => id);
}

describe("the faults a process knows of", () => {
  it("end by themselves, when nobody says anything any more", () => {
    const memory = createFaultMemory();
    memory.observe(snapshot([sampleFault({ remainingMs: 1_000 })]), 50);
    expect(idsOf(memory.of("quotes", 1_049))).toEqual(["f1"]);
    expect(memory.of("quotes", 1_050)).toBeUndefined();
  });

  it("are not stretched by a snapshot that took its time", () => {
    const memory = createFaultMemory();
    memory.observe(snapshot([sampleFault({ remainingMs: 1_000 })]), 0);
    memory.observe(snapshot([sampleFault({ remainingMs: 900 })]), 800);
    expect(memory.of("quotes", 1_000)).toBeUndefined();
  });

  it("are those of the last snapshot about their service", () => {
    const memory = createFaultMemory();
    memory.observe(snapshot([sampleFault(), sampleFault({ id: "f2", service: "rates" })], ["quotes", "rates"]), 0);
    memory.observe(snapshot([], ["quotes"]), 0);
    expect([memory.of("quotes", 0), idsOf(memory.of("rates", 0))]).toEqual([undefined, ["f2"]]);
    memory.observe(snapshot([]), 0);
    expect(memory.of("rates", 0)).toBeUndefined();
  });

  it("never outlive the first word about them, whatever comes later", () => {
    const remaining = fc.integer({ min: 0, max: 3_600_000 });
    fc.assert(
      fc.property(remaining, fc.array(fc.tuple(remaining, remaining), { maxLength: 20 }), (first, later) => {
        const memory = createFaultMemory();
        memory.observe(snapshot([sampleFault({ remainingMs: first })]), 0);
        for (const [nowMs, remainingMs] of later.toSorted(([left], [right]) => left - right)) {
          if (nowMs >= first) break; // it has ended there: a further word of it would be of another
          memory.observe(snapshot([sampleFault({ remainingMs })]), nowMs);
        }
        expect(memory.of("quotes", first)).toBeUndefined();
      }),
    );
  });
});
