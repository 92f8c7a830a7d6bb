import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { comparableText, textDiff, withoutEqual } from "./text-diff-lines.ts";

const marks = { same: " ", before: "-", after: "+", skipped: "…" } as const;
const drawn = (before: string, after: string) =>
  (textDiff(before, after) ?? []).map((line) => marks[line.kind] + line.text);

describe("textDiff", () => {
  it("marks what only one has", () => {
    expect(drawn("a\nb\nc", "a\nB\nc\n")).toEqual([" a", "-b", "+B", " c"]);
    expect(drawn("", "a")).toEqual(["+a"]);
    expect(drawn("", "")).toEqual([]);
  });

  it("gives up on texts with nothing in common", () => {
    const many = (word: string) => Array.from({ length: 3_000 }, (_, index) => `${word}${index}`).join("\n");
    expect(textDiff(many("a"), many("b"))).toBeUndefined();
  });

  it("loses no line of either", () => {
    const text = fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 30 }).map((all) => all.join("\n"));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = textDiff(before, after) ?? [];
        const of = (gone: string) =>
          lines
            .filter(({ kind }) => kind !== gone)
            .map((line) => line.text)
            .join("\n");
        expect([of("after"), of("before")]).toEqual([before, after]);
      }),
    );
  });
});

it("leaves out equal lines but for those next to a change", () => {
  const before = Array.from({ length: 20 }, (_, index) => String(index)).join("\n");
  const lines = withoutEqual(textDiff(before, before.replace("10", "ten")) ?? []);
  expect(lines.map((line) => marks[line.kind] + line.text)).toEqual([
    "…7 equal lines",
    " 7",
    " 8",
    " 9",
    "-10",
    "+ten",
    " 11",
    " 12",
    " 13",
    "…6 equal lines",
  ]);
});

describe("comparableText", () => {
  it("is the same for JSON that says the same", () => {
    expect(comparableText('{"b":[{"d":1,"c":2}],"a":1}')).toBe(comparableText('{ "a": 1, "b": [ {"c":2, "d":1} ] }'));
  });

  it("leaves other text alone", () => {
    expect(comparableText("{ not json")).toBe("{ not json");
  });
});
