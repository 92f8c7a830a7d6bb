import { describe, expect, it } from "vitest";
import { createReport } from "./report.ts";

describe("createReport", () => {
  it("says what failed and why, on one line", () => {
    const lines: string[] = [];
    createReport((line) => lines.push(line))("a server could not be adopted", new Error("no reason"));
    expect(lines).toEqual(["shoal: a server could not be adopted: no reason. The app goes on without.\n"]);
  });

  it("stops after 20 lines, and says so in the last", () => {
    const lines: string[] = [];
    const report = createReport((line) => lines.push(line));
    for (let index = 0; index < 50; index += 1) report("x", "y");
    expect(lines).toHaveLength(20);
    expect(lines.at(-1)).toContain("more of these are not shown");
  });
});
