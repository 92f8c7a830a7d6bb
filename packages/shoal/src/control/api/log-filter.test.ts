import { describe, expect, it } from "vitest";
import { logFilter } from "./log-filter.ts";
import type { LogEntry } from "./schemas/logs.ts";

const line: LogEntry = {
  seq: 1,
  timeMs: 0,
  service: "quotes",
  instance: "quotes-1",
  stream: "stderr",
  text: 'Payment failed: "card declined" (402)',
  level: "warn",
  message: "Payment failed",
  traceId: "ab".repeat(16),
  spanId: "",
  fields: {},
};

describe("logFilter", () => {
  it.each([
    [{}, true],
    [{ text: "payment FAILED" }, true],
    [{ text: "payment accepted" }, false],
    [{ text: '"card declined"' }, true],
    [{ text: '"declined card"' }, false],
    [{ text: "pay*" }, true],
    [{ text: "pay" }, false],
    [{ text: "PÄYMENT" }, true],
    [{ text: "-pay*" }, false],
    [{ text: "→" }, false],
    [{ text: "(" }, true],
    [{ text: "payment → failed" }, true],
    [{ text: "payment -declined" }, false],
    [{ text: "payment -refund" }, true],
    [{ text: '  "" - ' }, true],
    [{ level: "warn" }, true],
    [{ level: "error" }, false],
    [{ level: "nonsense" }, true],
    [{ stream: "stdout" }, false],
    [{ service: "quotes", instance: "quotes-1", trace: "abab" }, true],
    [{ trace: "ff" }, false],
  ])("by %j lets a line pass: %s", (filter, passes) => {
    expect(logFilter(filter)(line)).toBe(passes);
  });

  it("reads what the index reads: without colours, and with the values of a record that came over the network", () => {
    const coloured = { ...line, text: "\u001b[31mred\u001b[0m", fields: { customer: "ada" } };
    expect(logFilter({ text: "red" })(coloured)).toBe(true);
    expect(logFilter({ text: "ada" })(coloured)).toBe(false);
    expect(logFilter({ text: "red ada" })({ ...coloured, stream: "otlp" })).toBe(true);
  });
});
