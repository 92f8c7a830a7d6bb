import { describe, expect, it } from "vitest";
import { createFailFast } from "./fail-fast.ts";

const never = () => 0;

describe("createFailFast", () => {
  it("keeps requests away for at least a second after one refusal", () => {
    const failFast = createFailFast(never);
    expect(failFast.isRefusing(0)).toBe(false);
    failFast.refused(0);
    expect(failFast.isRefusing(999)).toBe(true);
    expect(failFast.isRefusing(1_000)).toBe(false);
  });

  it("takes many refusals of the same moment for one", () => {
    const failFast = createFailFast(never);
    for (let refusal = 0; refusal < 32; refusal += 1) failFast.refused(0);
    expect(failFast.retryAtMs()).toBe(1_000);
  });

  it("lets one request try, and keeps the others away until it is known how it went", () => {
    const failFast = createFailFast(never);
    failFast.refused(0);
    failFast.begin(1_000);
    expect(failFast.isRefusing(1_000)).toBe(true);
    failFast.connected();
    expect(failFast.isRefusing(1_001)).toBe(false);
    expect(failFast.retryAtMs()).toBeUndefined();
  });

  it("tries at most seven times in the first minute", () => {
    const failFast = createFailFast(never);
    failFast.refused(0);
    let trials = 0;
    for (let nowMs = 0; nowMs <= 60_000; nowMs += 10) {
      if (failFast.isRefusing(nowMs)) continue;
      trials += 1;
      failFast.begin(nowMs);
      failFast.refused(nowMs);
    }
    expect(trials).toBeGreaterThanOrEqual(5);
    expect(trials).toBeLessThanOrEqual(7);
  });

  it("never waits longer than 32 s", () => {
    const failFast = createFailFast(() => 0.999);
    let nowMs = 0;
    for (let round = 0; round < 100; round += 1) {
      failFast.refused(nowMs);
      const untilMs = failFast.retryAtMs() ?? 0;
      expect(untilMs - nowMs).toBeLessThanOrEqual(32_000);
      nowMs = untilMs;
      failFast.begin(nowMs);
    }
  });
});
