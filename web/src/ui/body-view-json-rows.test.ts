import { describe, expect, it } from "vitest";
import { JSON_ROWS_MAX, jsonRows } from "./body-view-json-rows.ts";

const lines = (value: unknown, toggled: readonly string[] = [], find = "") =>
  jsonRows(value, { toggled: new Set(toggled), find }).rows.map(({ depth, name, text }) =>
    `${"  ".repeat(depth)}${name} ${text}`.trimEnd(),
  );

describe("jsonRows", () => {
  it("gives a line for each member, below its owner", () => {
    expect(lines({ a: { "b/c": [1, "x", null] }, d: {} })).toEqual([
      " {2}",
      "  a {1}",
      "    b/c [3]",
      "      0 1",
      '      1 "x"',
      "      2 null",
      "  d {0}",
    ]);
  });

  it("closes what is toggled, by a path that cannot be mistaken", () => {
    expect(lines({ a: { b: 1 }, "a/b": { c: 1 } }, ["/a~1b"])).toEqual([
      " {2}",
      "  a {1}",
      "    b 1",
      "  a/b {1} c: 1",
    ]);
  });

  it("shows the beginning of a long list, and its rest on request", () => {
    const long = Array.from({ length: 130 }, () => 0);
    expect([lines(long).length, lines(long).at(-1)]).toEqual([102, "   show 30 more"]);
    expect(lines(long, ["/~rest"])).toHaveLength(131);
    expect(lines(long, [""])).toEqual([expect.stringMatching(/^ \[130\] 0, 0, .*…$/)]);
  });

  it("begins with the members of a crowded list closed, each saying how it begins", () => {
    const many = Array.from({ length: 21 }, (_, id) => ({ id, name: "x", tags: [1, 2], of: { a: 1 } }));
    expect(lines(many)).toHaveLength(22);
    expect(lines(many)[1]).toBe('  0 {4} id: 0, name: "x", tags: [2], of: {1}');
    expect(lines(many, ["/0"])).toHaveLength(22 + 4 + 2 + 1);
  });

  it("finds names and values, below what leads to them", () => {
    const value = { a: { name: "Ada" }, b: [{ c: 1 }, { ada: { d: 2 } }], e: "no" };
    expect(lines(value, [], "ada")).toEqual([
      " {3}",
      "  a {1}",
      '    name "Ada"',
      "  b [2]",
      "    1 {1}",
      "      ada {1}",
    ]);
    expect(lines(value, [], "zzz")).toEqual([]);
  });

  it("ends at its bound, and says so", () => {
    const wide = Array.from({ length: 20 }, () => Array.from({ length: 90 }, () => 0));
    const { rows, more } = jsonRows(wide);
    expect([rows.length, more]).toEqual([JSON_ROWS_MAX, true]);
    expect(jsonRows([1]).more).toBe(false);
  });
});
