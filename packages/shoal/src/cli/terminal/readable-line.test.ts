import { expect, it } from "vitest";
import { readableLine, readableLines } from "./readable-line.ts";
import { painter } from "./style.ts";

const plain = painter(false);

it.each([
  ["listening on 3000", "listening on 3000"],
  [
    '{"level":"info","time":"2026-01-01T00:00:00Z","service":"q","msg":"created","id":"42","n":1}',
    "created  id=42 n=1",
  ],
  ['{"level":50,"time":1,"pid":3,"hostname":"h","msg":"lost","err":{"code":"E"}}', 'error lost  err={"code":"E"}'],
  ['{"level":"warn","message":"slow"}', "warn slow"],
  ['{"no":"message"}', '{"no":"message"}'],
  ["{broken", "{broken"],
  ['{"msg":"a\\u001b[2Jb"}', "ab"],
])("shows %s as %s", (line, text) => {
  expect(readableLine(line, plain)).toBe(text);
});

it("shows the further lines of a stack below, without the frames of Node and Shoal", () => {
  const stack = [
    "Error: no rate",
    "    at rate (file:///fleet/services/rates.ts:8:39)",
    "    at file:///fleet/node_modules/shoal/dist/chunks/service.js:1:1",
    "    at AsyncLocalStorage.run (node:internal/async_local_storage:65:14)",
  ].join("\n");
  const line = JSON.stringify({ level: "error", msg: "rates.get threw", error: stack, n: 1 });
  const first = "error rates.get threw  error=Error: no rate n=1";
  expect(readableLines(line, plain)).toEqual([first, "    at rate (file:///fleet/services/rates.ts:8:39)"]);
  expect(readableLine(line, plain)).toBe(first);
});

it("shows an error object as its stack and its hint", () => {
  const error = { type: "ShoalError", code: "X", hint: "Do this.", stack: "ShoalError: [X] no\n    at a (b.ts:1:1)" };
  const line = JSON.stringify({ level: "error", msg: "could not start", error });
  expect(readableLines(line, plain)).toEqual([
    "error could not start  error=ShoalError: [X] no",
    "    at a (b.ts:1:1)",
    "  hint: Do this.",
  ]);
});

it("does not say again what the message quotes", () => {
  const line = JSON.stringify({
    level: "error",
    msg: "failed: [X] no",
    error: "ShoalError: [X] no\n    at a (b.ts:1:1)",
  });
  expect(readableLines(line, plain)).toEqual(["error failed: [X] no", "    at a (b.ts:1:1)"]);
});

it("keeps the lines of a text and of a message, and leaves out what is known", () => {
  expect(readableLines("Error: no\r\n  at a\n", plain)).toEqual(["Error: no", "  at a"]);
  const line = JSON.stringify({ msg: "gave up\nlast: no answer", trace_id: "ab", n: 1 });
  expect(readableLines(line, plain, new Set(["trace_id"]))).toEqual(["gave up  n=1", "last: no answer"]);
});

it("colours what needs a look", () => {
  expect(readableLine('{"level":"error","msg":"lost"}', painter(true))).toBe("\x1b[31merror lost\x1b[39m");
});
