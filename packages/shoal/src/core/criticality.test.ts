import { expect, it } from "vitest";
import { CRITICALITIES, criticalityIn } from "./criticality.ts";

it("reads each criticality, and takes anything else for the default", () => {
  expect(CRITICALITIES.map(criticalityIn)).toEqual(["critical", "default", "sheddable"]);
  expect([undefined, "", "CRITICAL", "urgent"].map(criticalityIn)).toEqual([
    "default",
    "default",
    "default",
    "default",
  ]);
});
