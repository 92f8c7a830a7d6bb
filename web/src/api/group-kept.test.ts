import { expect, it } from "vitest";
import { groupKept } from "./group-kept.ts";

const row = (service: string, state = "ready") => ({ service, state });
const keyOf = ({ service }: { readonly service: string }) => service;

it("keeps the lists whose rows are the same, and only those", () => {
  const [first, second, other] = [row("a"), row("a"), row("b")];
  const before = groupKept(new Map(), [first, second, other], keyOf);
  const after = groupKept(before, [first, row("a", "stopped"), other], keyOf);
  expect(after.get("b")).toBe(before.get("b"));
  expect(after.get("a")?.map(({ state }) => state)).toEqual(["ready", "stopped"]);
});

it("forgets a list without rows, and does not keep one that a row left or joined", () => {
  const [first, second] = [row("a"), row("a")];
  const before = groupKept(new Map(), [first, second, row("b")], keyOf);
  expect(groupKept(before, [first], keyOf)).toEqual(new Map([["a", [first]]]));
  const joined = row("a");
  expect(groupKept(before, [first, second, joined], keyOf).get("a")).toEqual([first, second, joined]);
});
