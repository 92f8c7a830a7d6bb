import { describe, expect, it } from "vitest";
import { baggageOf } from "./baggage.ts";

const members = (count: number, value: string) => Array.from({ length: count }, (_, index) => `k${index}=${value}`);

describe("baggageOf", () => {
  it.each(["", "user=7", "user=7;secret,zone=a", members(64, "v").join(","), `k=${"v".repeat(8_190)}`])(
    "passes on what is within the limits as it came",
    (header) => {
      expect(baggageOf(header)).toBe(header);
    },
  );

  it("keeps the first 64 members", () => {
    expect(baggageOf(members(65, "value").join(","))).toBe(members(64, "value").join(","));
    expect(baggageOf(members(10_000, "").join(","))).toBe(members(64, "").join(","));
  });

  it("keeps as many whole members as 8 192 bytes hold", () => {
    const long = members(20, "v".repeat(1_000));
    const kept = baggageOf(long.join(","));
    expect(kept).toBe(long.slice(0, 8).join(","));
    expect(baggageOf(`k=${"v".repeat(8_191)}`)).toBe("");
    expect(baggageOf(`k=${"v".repeat(8_190)},l=1`)).toHaveLength(8_192);
  });
});
