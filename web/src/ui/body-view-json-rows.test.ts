import { describe, expect, it } from "vitest";
import { JSON_ROWS_MAX, jsonRows } from "./body-view-json-rows.ts";

const lines = (value: unknown, toggled: readonly string[] = []) =>
  jsonRows(value, new Set(toggled)).rows.map(({ depth, name, text }) =>
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
    expect(lines({ a: { b: 1 }, "a/b": { c: 1 } }, ["/a~1b"])).toEqual([" {2}", "  a {1}", "    b 1", "  a/b {1}"]);
  });

  it("begins with long lists closed", () => {
    const long = Array.from({ length: 101 }, () => 0);
    expect(lines(long)).toEqual([" [101]"]);
    expect(lines(long, [""])).toHaveLength(102);
  });

  it("ends at its bound, and says so", () => {
    const wide = Array.from({ length: 60 }, () => Array.from({ length: 60 }, () => 0));
    const { rows, more } = jsonRows(wide, new Set());
    expect([rows.length, more]).toEqual([JSON_ROWS_MAX, true]);
    expect(jsonRows([1], new Set()).more).toBe(false);
  });
});
