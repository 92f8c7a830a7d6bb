import { describe, expect, it } from "vitest";
import type { FaultStatus } from "../api/types.ts";
import { faultTitle, faultWords } from "./fault-words.ts";

const fault: FaultStatus = {
  id: "3fa9c1d2",
  service: "quotes",
  operation: "",
  instance: "",
  caller: "",
  latencyMs: 300,
  errorRatio: 0.05,
  status: 503,
  dropRatio: 0.125,
  by: "cli",
  sinceMs: 0,
  untilMs: new Date(2026, 0, 1, 14, 3, 22, 500).getTime(),
};

describe("a fault in words", () => {
  it("is what it does, to which calls, and until when", () => {
    expect(faultWords(fault)).toBe("300 ms slower, 5% answered 503, 12.5% not answered, until 14:03:22");
    const narrow = {
      ...fault,
      latencyMs: 0,
      errorRatio: 0,
      operation: "getQuote",
      instance: "quotes-1",
      caller: "web",
    };
    expect(faultWords(narrow)).toBe("12.5% not answered, only getQuote at quotes-1 from web, until 14:03:22");
  });

  it("says of several each, and of none nothing", () => {
    expect(faultTitle([fault, fault])).toMatch(/^Injected on purpose: 300 ms .*; 300 ms /);
    expect(faultTitle([])).toBe("");
  });
});
