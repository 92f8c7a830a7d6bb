import { expect, it } from "vitest";
import { mergeRows } from "./merge-rows.ts";

const row = (service: string, rate = 0) => ({ service, rate });
const keyOf = ({ service }: { readonly service: string }) => service;

it("replaces rows in their places and adds new ones in order", () => {
  const rows = [row("a"), row("c")];
  const merged = mergeRows(rows, { all: false, changed: [row("c", 2), row("b", 1)], gone: [] }, keyOf);
  expect(merged).toEqual([row("a"), row("b", 1), row("c", 2)]);
});

it("removes what is gone", () => {
  expect(mergeRows([row("a"), row("b")], { all: false, changed: [], gone: ["a"] }, keyOf)).toEqual([row("b")]);
});

it("forgets all rows before when the change has all there are", () => {
  expect(mergeRows([row("old")], { all: true, changed: [row("new")], gone: [] }, keyOf)).toEqual([row("new")]);
});

it("sorts instances by number, not by digit", () => {
  const changed = [row("a-10"), row("a-9")];
  expect(mergeRows([], { all: true, changed, gone: [] }, keyOf).map(keyOf)).toEqual(["a-9", "a-10"]);
});

it("keeps the array when nothing changed, so that nothing is drawn again", () => {
  const rows = [row("a")];
  expect(mergeRows(rows, { all: false, changed: [], gone: [] }, keyOf)).toBe(rows);
});
