import { expect, it } from "vitest";
import { createLineRedactor } from "./redact-lines.ts";

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
