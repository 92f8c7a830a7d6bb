import { expect, it } from "vitest";
import { createLineRedactor } from "./redact-lines.ts";
import { REDACTED, redactRules } from "./redact-rules.ts";

it("hides the lines of a private key, of the source that prints it and of no other", () => {
  const redact = createLineRedactor();
  const lines = ["-----BEGIN EC PRIVATE KEY-----", "MHcCAQEE", "oAoGCCqG", "-----END EC PRIVATE KEY-----", "then more"];
  const printed = lines.map((line) => [redact("a", line), redact("b", "hello")]);
  expect(printed.map(([line]) => line)).toEqual([
    "-----BEGIN EC PRIVATE KEY-----[redacted]",
    "[redacted]",
    "[redacted]",
    "[redacted]",
    "then more",
  ]);
  expect(new Set(printed.map(([, line]) => line))).toEqual(new Set(["hello"]));
});

it("does not take a whole log for a key that never ends", () => {
  const redact = createLineRedactor();
  redact("a", "-----BEGIN PRIVATE KEY-----");
  const after = Array.from({ length: 300 }, () => redact("a", "line"));
  expect(after.filter((line) => line === "line").length).toBe(99);
});

it("redacts each line by itself otherwise", () => {
  expect(createLineRedactor()("a", "login password=hunter2 ok")).toBe("login password=[redacted] ok");
});

it.each([
  [
    "a list, as console.log breaks it",
    ["{", "  'set-cookie': [", "    'sid=S3CRET; Path=/'", "  ],", "  date: 'now'", "}"],
    [2],
  ],
  ["JSON of several lines", ["{", '  "credentials": {', '    "id": "S3CRET"', "  },", '  "a": 1', "}"], [2]],
  ["a value below its name", ["{", '  "password":', '    "S3CRET",', '  "user": "ada"', "}"], [2]],
  ["a block of YAML", ["private_key: |", "  S3CRET", "  S3CRET", "user: ada"], [1, 2]],
])("hides what a secret name prints below it: %s", (_, lines, hidden) => {
  const redact = createLineRedactor(redactRules());
  const printed = lines.map((line) => [redact("a", line), redact("b", "    hello")]);
  expect(printed.flatMap(([line], at) => (line === REDACTED ? [at] : []))).toEqual(hidden);
  expect(JSON.stringify(printed)).not.toContain("S3CRET");
  expect(printed.every(([, other]) => other === "    hello")).toBe(true);
});

it("takes a name at the end of a line for no more than that", () => {
  const redact = createLineRedactor(redactRules());
  for (const lines of [
    ["Error: this is no token:", "    at parse (file.js:1:1)"],
    ["Password:", "logged in"],
    ["tokens: [", "  1,", "]"],
    ["  'set-cookie': [", "]", "    later"],
  ]) {
    expect(lines.slice(1).map((line) => redact("a", line))).toEqual(lines.slice(1));
    redact("a", lines[0] ?? "");
    expect(redact("a", lines[1] ?? "")).toBe(lines[1]);
  }
});
