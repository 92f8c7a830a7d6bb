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

  it("takes no request within its pause for a trial", () => {
    const failFast = createFailFast(never);
    failFast.refused(0);
    failFast.begin(999);
    expect(failFast.isRefusing(1_000)).toBe(false);
  });

  it("pauses twice as long after a refusal when the pause is over, trial or not, since the first", () => {
    const failFast = createFailFast(never);
    failFast.refused(0);
    failFast.refused(999);
    expect(failFast.retryAtMs()).toBe(1_000);
    failFast.refused(1_000);
    expect([failFast.retryAtMs(), failFast.sinceMs()]).toEqual([3_000, 0]);
    failFast.begin(3_000);
    failFast.refused(3_100);
    expect([failFast.retryAtMs(), failFast.sinceMs()]).toEqual([7_100, 0]);
  });

  it("pauses for up to half as long again, by chance", () => {
    const failFast = createFailFast(() => 0.5);
    failFast.refused(0);
    expect(failFast.retryAtMs()).toBe(1_250);
  });

  it("may be tried at once when its neighbours are well again, but not beside another trial", () => {
    const failFast = createFailFast(never);
    failFast.hasten(0);
    expect([failFast.isRefusing(0), failFast.sinceMs(), failFast.retryAtMs()]).toEqual([false, undefined, undefined]);
    failFast.refused(0);
    failFast.hasten(300);
    expect([failFast.isRefusing(300), failFast.retryAtMs()]).toEqual([false, 300]);
    failFast.hasten(400);
    expect(failFast.retryAtMs()).toBe(300);
    failFast.begin(400);
    failFast.hasten(500);
    expect([failFast.isRefusing(500), failFast.retryAtMs()]).toEqual([true, 1_400]);
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
