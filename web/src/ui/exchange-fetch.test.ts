import { describe, expect, it } from "vitest";
import { toFetch } from "./exchange-fetch.ts";

const body = (text: string, more = {}) => ({
  bytes: text.length,
  truncated: false,
  encoding: "utf8" as const,
  text,
  ...more,
});
const url = "http://127.0.0.1:1/a?b=c";

describe("toFetch", () => {
  it("sends a plain GET without more", () => {
    const request = {
      headers: [
        ["host", "x"],
        ["x-shoal-caller", "edge"],
      ] as [string, string][],
      body: body(""),
    };
    expect(toFetch({ method: "GET", url, request })).toBe(
      `const reply = await fetch("${url}");\nconsole.log(reply.status, await reply.text());`,
    );
  });

  it("keeps method, headers and body, whatever is in them", async () => {
    const text = '{"a":"`$'.concat('{1}`\u2028\\n"}');
    const request = {
      headers: [
        ["x-a", 'b"c'],
        ["x-a", "d"],
      ] as [string, string][],
      body: body(text),
    };
    const code = toFetch({ method: "POST", url, request });
    const calls: unknown[] = [];
    const run = new Function("fetch", "console", `return (async () => {${code}})()`);
    const fetch = async (...given: unknown[]) => {
      calls.push(given);
      return { status: 200, text: async () => "" };
    };
    await run(fetch, { log: () => {} });
    expect(calls).toEqual([
      [
        url,
        {
          method: "POST",
          headers: [
            ["x-a", 'b"c'],
            ["x-a", "d"],
          ],
          body: text,
        },
      ],
    ]);
  });

  it("leaves out what was cut out, and says so", () => {
    const headers: [string, string][] = [
      ["authorization", "[redacted]"],
      ["a", "b"],
    ];
    const code = toFetch({ method: "PUT", url, request: { headers, body: body("", { bytes: 12, truncated: true }) } });
    expect(code.split("\n").slice(0, 2)).toEqual([
      "// left out, because they were redacted: authorization",
      "// the body is not all of its 12 bytes",
    ]);
    expect(code).not.toContain("[redacted]");
  });
});
