import { describe, expect, it } from "vitest";
import { seededRandom } from "../../testing/seeded-random.ts";
import { CALL_DEFAULTS } from "../policy.ts";
import { backoffDelayMs } from "./backoff.ts";

describe("backoffDelayMs", () => {
  it.each([0, 1, 7, 1_023, 5_000])("stays in [0, 1 000) for retry %i", (retry) => {
    const random = seededRandom(retry);
    for (let sample = 0; sample < 500; sample += 1) {
      const delayMs = backoffDelayMs(retry, CALL_DEFAULTS, random);
      expect(delayMs).toBeGreaterThanOrEqual(0);
      expect(delayMs).toBeLessThan(1_000);
    }
  });

  it("doubles its bound", () => {
    const bounds = [0, 1, 2, 3, 4].map((retry) => backoffDelayMs(retry, CALL_DEFAULTS, () => 1));
    expect(bounds).toEqual([250, 500, 1_000, 1_000, 1_000]);
  });

  it("spreads a hundred callers that failed together", () => {
    const random = seededRandom(1);
    const buckets = new Map<number, number>();
    for (let caller = 0; caller < 100; caller += 1) {
      const bucket = Math.floor(backoffDelayMs(0, CALL_DEFAULTS, random) / 25);
      buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1);
    }
    expect(Math.max(...buckets.values())).toBeLessThan(25);
  });
});
