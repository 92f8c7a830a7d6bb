import { describe, expect, it } from "vitest";
import { indentJson, indentMarkup } from "./body-view-indent.ts";

describe("indentJson", () => {
  it("writes what JSON.stringify writes, of anything that is JSON", () => {
    const value = { a: [1, -2.5e3, 'x, {y}: \\" [', null], b: {}, c: [], d: { e: true, f: "é\n" }, "": [[[]]] };
    expect(indentJson(JSON.stringify(value))).toBe(JSON.stringify(value, null, 2));
  });

  it("goes as far as a text goes that was cut", () => {
    expect(indentJson('{"a":[{"b":1},{"b":"hal')).toBe(
      '{\n  "a": [\n    {\n      "b": 1\n    },\n    {\n      "b": "hal',
    );
  });

  it("takes hostile texts in time", () => {
    for (const text of ['"\\'.repeat(30_000), "[".repeat(60_000), '"'.repeat(60_001)]) {
      expect(indentJson(text).length).toBeGreaterThan(0);
    }
  });
});

describe("indentMarkup", () => {
  it("gives each element of XML a line, and keeps one with only text on its line", () => {
    const xml = `<?xml version="1.0"?><a x="1>2"><!-- c --><b>text</b><e/><d><f>1</f></d></a>`;
    expect(indentMarkup(xml, false).split("\n")).toEqual([
      '<?xml version="1.0"?>',
      '<a x="1>2">',
      "  <!-- c -->",
      "  <b>text</b>",
      "  <e/>",
      "  <d>",
      "    <f>1</f>",
      "  </d>",
      "</a>",
    ]);
  });

  it("knows what HTML does not close, and leaves its scripts alone", () => {
    const html = "<!doctype html><p>a<br>b</p><script>if (a < b) { c(); }\n  d();</script><hr>";
    expect(indentMarkup(html, true).split("\n")).toEqual([
      "<!doctype html>",
      "<p>a",
      "  <br>",
      "  b",
      "</p>",
      "<script>",
      "  if (a < b) { c(); }",
      "  d();",
      "</script>",
      "<hr>",
    ]);
  });

  it("keeps what is no markup, and takes hostile texts in time", () => {
    expect(indentMarkup("a < b", false)).toBe("a < b");
    expect(indentMarkup('<a b="unclosed', false)).toBe('<a b="unclosed');
    expect(indentMarkup("</a></b>", false)).toBe("</a>\n</b>");
    for (const text of ["<".repeat(64_000), '<a "'.repeat(16_000), "<a>".repeat(20_000), "<!--".repeat(16_000)]) {
      expect(indentMarkup(text, true).length).toBeGreaterThan(0);
    }
  });
});
