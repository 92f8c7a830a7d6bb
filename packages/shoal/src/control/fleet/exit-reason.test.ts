import { describe, expect, it } from "vitest";
import { createExitReason } from "./exit-reason.ts";

function reasonAfter(stderr: string, code: number | null = 1, signal: string | null = null) {
  const reason = createExitReason();
  for (const line of stderr.split("\n")) reason.onLine(line);
  return { text: reason.of(code, signal), files: reason.files() };
}

const CRASH = `
file:///fleet/services/quotes.ts:12
  throw new TypeError("rates is not a function");
        ^

TypeError: rates is not a function
    at file:///fleet/services/quotes.ts:12:9
    at ModuleJob.run (node:internal/modules/esm/module_job:430:25)
    at next (/fleet/node_modules/express/lib/router.js:1:2)

Node.js v24.18.0`;

describe("the reason of an exit", () => {
  it("quotes the error and not the last line of the trace", () => {
    expect(reasonAfter(CRASH)).toEqual({
      text: "exited with code 1: TypeError: rates is not a function",
      files: ["/fleet/services/quotes.ts"],
    });
  });

  it.each([
    ["sh: 1: pyhton3: not found", 127, null, "exited with code 127: sh: 1: pyhton3: not found"],
    [
      "ModuleNotFoundError: No module named 'flask'",
      1,
      null,
      "exited with code 1: ModuleNotFoundError: No module named 'flask'",
    ],
    ["", 1, null, "exited with code 1"],
    ["listening on 8080", 0, null, "exited with code 0"],
    ["", null, "SIGKILL", "was killed by SIGKILL"],
  ])("after %j, code %s and signal %s is %j", (stderr, code, signal, text) => {
    expect(reasonAfter(stderr, code, signal).text).toBe(text);
  });

  it("holds a bounded number of lines, files and characters", () => {
    const reason = createExitReason();
    for (let count = 0; count < 10_000; count += 1) reason.onLine(`Error: ${"x".repeat(1_000)} /a/${count}.ts:1`);
    expect(reason.of(1, null).length).toBeLessThan(300);
    expect(reason.files()).toHaveLength(50);
  });
});
