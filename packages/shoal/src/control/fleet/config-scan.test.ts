import { describe, expect, it } from "vitest";
import { duplicateKeysIn } from "./config-scan.ts";

describe("duplicateKeysIn", () => {
  it("finds a service that is there twice, and where", () => {
    const source = `
import { fleet, node, command } from "shoal/fleet";
export default fleet("tuition", {
  quotes: node("a.ts", { env: { quotes: "1" } }),
  // quotes: node("old.ts"),
  "rates": command("echo ', quotes: {'"),
  /* rates: node("x"), */
  'quotes': node("b.ts"),
});`;
    expect(duplicateKeysIn(source)).toEqual([{ name: "quotes", lines: [4, 8] }]);
  });

  it.each([
    [
      "equal keys of different objects",
      `fleet("x", { a: node("a", { env: { b: "1" } }), b: node("b", { env: { b: "1" } }) })`,
    ],
    ["equal keys of the options", `fleet("x", { a: node("a") }, { a: 1, a: 2 })`],
    ["a variable", `const a = 1; fleet("x", services)`],
    ["a spread", `fleet("x", { ...a, ...a, b })`],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a template literal is what it reads
    ["a template literal", 'fleet("x", { a: command(`a: ${b}, a: {`), b: node("b") })'],
    ["no fleet at all", "export default 1"],
    ["an unclosed call", `fleet("x", { a: node("`],
    ["a URL in a string", `fleet("x", { a: command("curl http://a"), b: command("curl http://a") })`],
  ])("finds nothing in %s", (_, source) => {
    expect(duplicateKeysIn(source)).toEqual([]);
  });

  it("finds shorthand keys too", () => {
    expect(duplicateKeysIn(`fleet("x", { a, b: node("b"), a })`)).toEqual([{ name: "a", lines: [1, 1] }]);
  });
});
