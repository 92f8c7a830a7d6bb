import { expect, it } from "vitest";
import { paletteItems } from "./palette-items.ts";

const sources = {
  pages: [{ path: "/logs", title: "Logs" }],
  services: ["catalogue-log", "ledger", "logbook"],
  operations: [{ service: "ledger", operation: "post_entry" }],
};
const titles = (typed: string) => paletteItems(typed, sources).map(({ kind, title }) => `${kind} ${title}`);

it("offers pages and services while nothing is typed", () => {
  expect(titles("")).toEqual(["page Logs", "service catalogue-log", "service ledger", "service logbook"]);
});

it("puts names that begin so before those with such a word in them", () => {
  expect(titles("log").slice(0, 3)).toEqual(["page Logs", "service logbook", "service catalogue-log"]);
});

it("finds an operation by its service and name", () => {
  expect(titles("ledger post")[0]).toBe("operation post_entry");
});

it("takes eight hexadecimal digits or more for a trace", () => {
  expect(paletteItems("DEADBEEF", sources)[0]).toMatchObject({ kind: "trace", params: { trace: "deadbeef" } });
  expect(titles("dead").some((title) => title.startsWith("trace"))).toBe(false);
});

it("can always search for what was typed", () => {
  expect(titles("no such thing")).toEqual(["search no such thing", "search no such thing"]);
});

it("changes the theme by its name, and offers that to nobody who did not type", () => {
  expect(paletteItems("dark", sources)[0]).toMatchObject({ kind: "theme", theme: "dark" });
  expect(titles("").some((title) => title.startsWith("theme"))).toBe(false);
});
