import { describe, expect, it } from "vitest";
import { fuzzMux } from "./mux-fuzzer.ts";

describe("the multiplexed wire", () => {
  it("stands 2 000 sessions that are not as they should be", async () => {
    const report = await fuzzMux({ seed: 1, goOn: (inputs) => inputs < 2_000 });
    expect(report.inputs).toBe(2_000);
    expect(report.begun).toBeGreaterThan(1_000);
    expect(report.refused).toBeGreaterThan(1_000);
  });
});
