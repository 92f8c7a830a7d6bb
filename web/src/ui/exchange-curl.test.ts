import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, it } from "vitest";
import { curlOf } from "./exchange-curl.ts";

it("writes what is needed, and nothing that curl says by itself", () => {
  const headers = [
    ["host", "quotes.service"],
    ["content-length", "7"],
    ["traceparent", "00-1-2-01"],
    ["authorization", "Bearer [redacted]"],
    ["content-type", "application/json"],
  ] as const;
  expect(curlOf({ method: "POST", url: "http://a.b/c?d=e f", headers, body: '{"a":1}' })).toBe(
    "curl -sS -X POST 'http://a.b/c?d=e f' \\\n  -H 'content-type: application/json' \\\n  --data-raw '{\"a\":1}'",
  );
  expect(curlOf({ method: "GET", url: "http://a.b/c", headers: [], body: "" })).toBe("curl -sS http://a.b/c");
});

it("gives a shell each text as it is, whatever is in it", () => {
  const text = fc.string({
    unit: fc.constantFrom("'", '"', "$", "`", "\\", "\n", " ", "!", "a", ";", "é"),
    minLength: 1,
  });
  fc.assert(
    fc.property(text, text, (url, body) => {
      const command = curlOf({ method: "POST", url, headers: [], body }).replace(/^curl/, 'printf "%s\\0"');
      const args = execFileSync("sh", ["-c", command], { encoding: "utf8" }).split("\0");
      expect(args).toEqual(["-sS", "-X", "POST", url, "--data-raw", body, ""]);
    }),
    { numRuns: 30 },
  );
});
