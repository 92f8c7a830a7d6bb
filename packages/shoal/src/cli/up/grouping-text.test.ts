import { expect, it } from "vitest";
import { node } from "../../control/fleet/definition.ts";
import { groupingText } from "./grouping-text.ts";

const member = (name: string) => [name, node(`${name}.ts`)] as const;

it("says nothing of a fleet whose services each have a process", () => {
  expect(groupingText({ groups: [], apart: new Map(), notes: [] })).toEqual([]);
});

it("names the services of a process, what differs from the config, and who stays apart for which reason", () => {
  const group = { name: "together", members: new Map([member("quotes"), member("rates")]), instances: 1 };
  const command = "a command() is a program of its own";
  const apart = new Map([
    ["pages", command],
    ["legacy", "its cwd is other than the others'"],
    ["ticker", command],
  ]);
  expect(groupingText({ groups: [group, { ...group, name: "core", instances: 2 }], apart, notes: ["a note"] })).toEqual(
    [
      "together: one process runs quotes, rates",
      "core: one process runs quotes, rates, 2 times",
      "a note",
      "apart: pages, ticker: a command() is a program of its own",
      "apart: legacy: its cwd is other than the others'",
    ],
  );
});
