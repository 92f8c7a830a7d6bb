import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openStarvedTime } from "./starved-time.ts";

function withFile(text: string, check: (file: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "shoal-starved-"));
  try {
    const file = join(folder, "schedstat");
    writeFileSync(file, text);
    check(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it("is the second number, in ms, as it is now", () => {
  withFile("945674 888302000 4\n", (file) => {
    const starvedMs = openStarvedTime(file);
    expect(starvedMs?.()).toBe(888.302);
    writeFileSync(file, "945674 999302000 5\n");
    expect(starvedMs?.()).toBe(999.302);
  });
});

it("stands still when the system says no more", () => {
  withFile("945674 888302000 4\n", (file) => {
    const starvedMs = openStarvedTime(file);
    writeFileSync(file, "gone");
    expect(starvedMs?.()).toBe(888.302);
  });
});

it.each(["", "what", "1"])("is unknown where the file says %j", (text) => {
  withFile(text, (file) => expect(openStarvedTime(file)).toBeUndefined());
});

it("is unknown where there is no such file", () => {
  expect(openStarvedTime("/nowhere/schedstat")).toBeUndefined();
});
