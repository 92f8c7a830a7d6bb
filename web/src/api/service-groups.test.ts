import { expect, it } from "vitest";
import { groupsOf, groupTitle } from "./service-groups.ts";

const instances = (group?: string) => [group === undefined ? {} : { group }];

it("knows which services share a process", () => {
  const groups = groupsOf(
    new Map([
      ["ledger", instances("books")],
      ["audit", instances("books")],
      ["edge", instances()],
    ]),
  );
  expect(groups.get("audit")).toEqual({ name: "books", services: ["audit", "ledger"] });
  expect(groups.get("ledger")).toBe(groups.get("audit"));
  expect(groups.has("edge")).toBe(false);
});

it("says with whom, and of many how many more", () => {
  const title = (...services: string[]) => groupTitle("a", { name: "g", services });
  expect(title("a", "b")).toBe("shares a process with b");
  expect(title("a", "b", "c")).toBe("shares a process with b and c");
  expect(title("a", "b", "c", "d", "e", "f")).toBe("shares a process with b, c, d, e and f");
  expect(title("a", "b", "c", "d", "e", "f", "g", "h")).toBe("shares a process with b, c, d, e, f and 2 more");
  expect(title("a")).toBe("runs in a process that others may share");
});
