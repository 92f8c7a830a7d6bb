import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { displayWidth, pad, printable, truncate, wrap } from "./display-width.ts";

describe("displayWidth", () => {
  it.each([
    ["quotes", 6],
    ["", 0],
    ["日本語", 6],
    ["한글", 4],
    ["ｆｕｌｌ", 8],
    ["é", 1],
    ["e\u0301", 1],
    ["👨‍👩‍👧", 2],
    ["✅ ok", 5],
    ["\x1b[31mred\x1b[39m", 3],
  ])("takes %j for %i columns", (text, columns) => {
    expect(displayWidth(text)).toBe(columns);
  });
});

describe("truncate", () => {
  it("keeps what fits, and marks what is missing", () => {
    expect(truncate("quotes", 6)).toBe("quotes");
    expect(truncate("quotes", 5)).toBe("quot…");
    expect(truncate("日本語", 5)).toBe("日本…");
    expect(truncate("日本語", 4)).toBe("日…");
    expect(truncate("quotes", 0)).toBe("");
  });

  it("never takes more columns than asked for", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 0, max: 40 }), (text, columns) => {
        expect(displayWidth(truncate(printable(text), columns))).toBeLessThanOrEqual(columns);
      }),
    );
  });
});

describe("pad", () => {
  it("counts columns, not characters", () => {
    expect(pad("日", 4)).toBe("日  ");
    expect(pad("7", 3, "right")).toBe("  7");
    expect(pad("long", 2)).toBe("long");
  });
});

describe("wrap", () => {
  it("breaks at spaces, and cuts the last line it may use and words that are too long", () => {
    expect(wrap("one two three four", 8, 3)).toEqual(["one two", "three", "four"]);
    expect(wrap("one two three four", 8, 2)).toEqual(["one two", "three f…"]);
    expect(wrap("incomprehensible", 8, 3)).toEqual(["incompr…"]);
    expect(wrap("", 8, 3)).toEqual([""]);
  });
});

describe("printable", () => {
  it("drops what could move the cursor, and shows binary as dots", () => {
    expect(printable("\x1b[2Jgone\x1b]0;title\x07")).toBe("gone");
    expect(printable("a\tb\x00\x07\rc")).toBe("a  b···c");
    expect(printable(Buffer.from([0xff, 0x41]).toString("utf8"))).toBe("·A");
  });

  it("leaves nothing that a terminal obeys", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(printable(text)).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});
