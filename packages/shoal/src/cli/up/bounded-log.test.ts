import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { boundedLog } from "./bounded-log.ts";

it("keeps two files of at most the bound, the newest lines in the first", () => {
  const folder = mkdtempSync(join(tmpdir(), "shoal-log-"));
  try {
    const file = join(folder, "deep", "supervisor.log");
    const write = boundedLog(file, 100);
    for (let number = 0; number < 50; number += 1) write(`line ${number}`);
    expect(readFileSync(file, "utf8").trimEnd().split("\n").at(-1)).toBe("line 49");
    expect(statSync(file).size).toBeLessThanOrEqual(100);
    expect(statSync(`${file}.1`).size).toBeLessThanOrEqual(100);
    // A second run goes on where the first ended.
    boundedLog(file, 100)("again");
    expect(readFileSync(file, "utf8")).toContain("again");
    expect(statSync(file).size).toBeLessThanOrEqual(100);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it("loses lines where it cannot write, and does not throw", () => {
  expect(() => boundedLog("/dev/null/supervisor.log")("line")).not.toThrow();
});
