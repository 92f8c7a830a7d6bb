import { expect, it } from "vitest";
import { holdProcess } from "./system-ports.ts";

it("holds the process with one timer for all who hold it, until the last has let go", () => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const before = timers();
  const [first, second] = [holdProcess(), holdProcess()];
  expect(timers()).toBe(before + 1);
  first();
  first(); // letting go twice is letting go once
  expect(timers()).toBe(before + 1);
  second();
  expect(timers()).toBe(before);
});
