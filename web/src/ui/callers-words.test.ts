import { expect, it } from "vitest";
import { callersWords } from "./callers-words.ts";

const calls = (...callers: readonly string[]) =>
  callers.map((caller, index) => ({ caller, requestsPerSecond: 10 - index }));

it("says who calls a service, the busiest first, and how much", () => {
  expect(callersWords([])).toBe("Nobody has called it in the last seconds.");
  expect(callersWords(calls("edge"))).toBe("Called now by edge: 10 requests a second.");
  expect(callersWords(calls("edge", "").toReversed())).toBe(
    "Called now by edge and unknown callers: 19 requests a second.",
  );
  expect(callersWords(calls("a", "b", "c", "d", "e", "f"))).toBe(
    "Called now by a, b, c, d and 2 more: 45 requests a second.",
  );
});
