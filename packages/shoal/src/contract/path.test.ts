import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expandPath, parsePath } from "./path.ts";

describe("parsePath", () => {
  it.each([
    ["/quotes", ["/quotes"], [], "/quotes"],
    ["/quotes/:id/lines/:line", ["/quotes/", "id", "/lines/", "line", ""], ["id", "line"], "/quotes/:/lines/:"],
    ["/:a-:b.pdf", ["/", "a", "-", "b", ".pdf"], ["a", "b"], "/:-:.pdf"],
  ])("takes %s apart", (path, pieces, params, shape) => {
    expect(parsePath(path)).toEqual({ pieces, params, shape });
  });
});

describe("expandPath", () => {
  const parsed = parsePath("/quotes/:id/x");

  it.each([
    ["7", "/quotes/7/x"],
    [7, "/quotes/7/x"],
    ["a/b", "/quotes/a%2Fb/x"],
    ["?#%", "/quotes/%3F%23%25/x"],
    [".", "/quotes/%2E/x"],
    ["..", "/quotes/%2E%2E/x"],
    ["...", "/quotes/.../x"],
    ["ä", "/quotes/%C3%A4/x"],
  ])("fills %j in as one segment", (id, path) => {
    expect(expandPath(parsed, { id })).toBe(path);
  });

  it.each([{}, { id: undefined }, { id: null }, { id: "" }])("refuses %j", (params) => {
    expect(expandPath(parsed, params)).toBeUndefined();
  });

  it("never lets a value reach another path", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: "grapheme" }), (id) => {
        const path = expandPath(parsed, { id }) ?? "";
        const { pathname, search, hash } = new URL(path, "http://quotes.service");
        expect([pathname.split("/").length, search, hash]).toEqual([4, "", ""]);
        expect(decodeURIComponent(path.split("/")[2] ?? "")).toBe(id);
      }),
    );
  });
});
