import { expect, test } from "vitest";
import type { LogEntry } from "../api/types.ts";
import { firstLine, inlineFields, phraseOf, plainLine, shownText } from "./log-text.ts";

const entry = (given: Partial<LogEntry>): LogEntry => ({
  seq: 1,
  timeMs: 0,
  service: "quotes",
  instance: "quotes-1",
  stream: "stdout",
  text: "",
  level: "info",
  message: "",
  traceId: "",
  spanId: "",
  fields: {},
  ...given,
});

test("a printed line keeps its colours, a JSON line shows its message", () => {
  expect(shownText(entry({ text: "\u001b[31mhi\u001b[0m", message: "hi" }))).toBe("\u001b[31mhi\u001b[0m");
  expect(shownText(entry({ text: '{"msg":"hi"}', message: "hi" }))).toBe("hi");
});

test("only the first line of a stack is shown, with how many follow", () => {
  expect(firstLine("Error: x\n  at a\n  at b\n")).toEqual({ first: "Error: x", more: 2 });
  expect(firstLine("one")).toEqual({ first: "one", more: 0 });
});

test("short fields stand behind the message", () => {
  expect(inlineFields(entry({ fields: { status: 503, stack: "a\nb", empty: "", ok: true } }))).toBe(
    "status=503  ok=true",
  );
});

test("fields do not say again what the line begins with", () => {
  expect(inlineFields(entry({ fields: { service: "quotes", instance: "quotes-1", try: 2 } }))).toBe("try=2");
  expect(inlineFields(entry({ fields: { service: "rates" } }))).toBe("service=rates");
});

test("a line of a file has its time, level, place and text without codes", () => {
  expect(plainLine(entry({ text: "\u001b[1mhi" }))).toBe("1970-01-01T00:00:00.000Z info  quotes/quotes-1 hi");
  expect(plainLine(entry({ timeMs: 1e300 }))).toContain("1e+300");
});

test("a value that holds no word cannot be searched for", () => {
  expect(phraseOf("GBP EUR")).toBe('"GBP EUR"');
  expect(phraseOf('say "x"')).toBeUndefined();
  expect(phraseOf("--")).toBeUndefined();
});
