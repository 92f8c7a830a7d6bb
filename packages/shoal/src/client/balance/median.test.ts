import { describe, expect, it } from "vitest";
import { createLoad } from "./load.ts";
import { medianCostMs } from "./median.ts";

function loaded(rttMs?: number) {
  const load = createLoad();
  if (rttMs !== undefined) {
    load.begin(0);
    load.end({ costMs: rttMs, rttMs }, 0);
  }
  return { load };
}

describe("medianCostMs", () => {
  it("is that of the measured ones", () => {
    expect(medianCostMs([loaded()], 0)).toBeUndefined();
    expect(medianCostMs([loaded(1), loaded(), loaded(5), loaded(100)], 0)).toBe(5);
    expect(medianCostMs([loaded(), loaded(100), loaded(), loaded(1), loaded(), loaded(5), loaded()], 0)).toBe(5);
  });
});
