import { expect, it } from "vitest";
import { createTally } from "./tally.ts";

it("tells percentiles of all that has ended, also of what ended after the last time it was asked", () => {
  const tally = createTally();
  tally.ended(0, 10, undefined);
  tally.ended(5, 35, undefined);
  expect([tally.latencyMs(0), tally.latencyMs(1)]).toEqual([10, 30]);
  tally.ended(8, 98, "TIMEOUT");
  expect([tally.latencyMs(0), tally.latencyMs(1)]).toEqual([10, 90]);
  expect(tally.latencyMs(1, { toMs: 6 })).toBe(30);
});
