import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expandPath, parsePath, pathIssues } from "./path.ts";

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
    ["...", "/quotes/.../x"],
    ["ä", "/quotes/%C3%A4/x"],
  ])("fills %j in as one segment", (id, path) => {
    expect(expandPath(parsed, { id })).toBe(path);
  });

  it.each([
    [{}, "missing or empty"],
    [{ id: undefined }, "missing or empty"],
    [{ id: null }, "missing or empty"],
    [{ id: "" }, "missing or empty"],
    [{ id: "." }, 'makes a path segment "." or "..", which no URL can carry'],
    [{ id: ".." }, 'makes a path segment "." or "..", which no URL can carry'],
  ])("refuses %j: %s", (params, message) => {
    expect(expandPath(parsed, params)).toBeUndefined();
    expect(pathIssues(parsed, params)).toEqual([{ name: "id", message }]);
  });

  it("refuses a segment of dots that several parameters make together", () => {
    const pair = parsePath("/files/:a:b");
    expect(expandPath(pair, { a: ".", b: "." })).toBeUndefined();
    expect(expandPath(pair, { a: ".", b: "x" })).toBe("/files/.x");
  });

  it("never lets a value reach another path", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ minLength: 1, unit: "grapheme" }), fc.constantFrom(".", "..", "...", "/..")),
        (id) => {
          const path = expandPath(parsed, { id });
          if (path === undefined) {
            expect([".", ".."]).toContain(id);
            return;
          }
          const { pathname, search, hash } = new URL(path, "http://quotes.service");
          expect([pathname.split("/").length, search, hash]).toEqual([4, "", ""]);
          expect(decodeURIComponent(path.split("/")[2] ?? "")).toBe(id);
        },
      ),
    );
  });
});
