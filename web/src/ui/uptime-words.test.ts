import { expect, it } from "vitest";
import { formatUptime } from "./uptime-words.ts";

it("says how long in at most two units, and nothing negative when clocks differ", () => {
  expect([-5_000, 59_999, 60_000, 3_599_999, 3_660_000, 93_600_000].map(formatUptime)).toEqual([
    "0 s",
    "59 s",
    "1 m",
    "59 m",
    "1 h 1 m",
    "1 d 2 h",
  ]);
});
