import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { until } from "../../../../../test/support/until.ts";
import { systemClock } from "../../transport/system-ports.ts";
import { createFileWatch, type FileWatch } from "./file-watch.ts";

let folder: string;
let watch: FileWatch;
let changes: { readonly owners: readonly string[]; readonly file: string }[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "shoal-watch-"));
  changes = [];
  watch = createFileWatch({
    clock: systemClock,
    onChange: (owners, file) => changes.push({ owners: [...owners].sort(), file }),
  });
});
afterEach(() => {
  watch.close();
  rmSync(folder, { recursive: true });
});

const path = (name: string) => join(folder, name);
const write = (name: string, text: string) => writeFileSync(path(name), text);
/** Changes a file that "probe" alone depends on, and waits for it: what came before has been told by then. */
async function nothingElse(): Promise<void> {
  write("probe.txt", `${performance.now()}`);
  await until("the probe's change", () => changes.some(({ owners }) => owners.includes("probe")));
}

describe("a file watch", () => {
  it("tells who depends on a changed file, and nobody else", async () => {
    write("a.ts", "1");
    write("b.ts", "1");
    watch.set("one", [path("a.ts")]);
    watch.set("two", [path("b.ts")]);
    watch.set("both", [path("a.ts"), path("b.ts")]);
    write("a.ts", "22");
    await until("the change", () => changes.length > 0);
    expect(changes).toEqual([{ owners: ["both", "one"], file: path("a.ts") }]);
  });

  it("sees a file that an editor replaces by renaming, more than once", async () => {
    write("a.ts", "1");
    watch.set("one", [path("a.ts")]);
    for (const round of [1, 2, 3]) {
      write("a.ts.swp", "x".repeat(round + 1));
      renameSync(path("a.ts.swp"), path("a.ts"));
      await until(`change ${round}`, () => changes.length === round);
    }
  });

  it("says nothing of a file whose look has not changed, nor of its neighbours", async () => {
    write("a.ts", "1");
    utimesSync(path("a.ts"), 1_000, 1_000);
    write("probe.txt", "1");
    watch.set("one", [path("a.ts")]);
    watch.set("probe", [path("probe.txt")]);
    write("a.ts", "1");
    utimesSync(path("a.ts"), 1_000, 1_000);
    write("neighbour.ts", "1");
    await nothingElse();
    expect(changes.filter(({ owners }) => owners.includes("one"))).toEqual([]);
  });

  it("sees a file that was missing when it was named", async () => {
    watch.set("one", [path("later.ts")]);
    write("later.ts", "1");
    await until("the change", () => changes.length > 0);
  });

  it("watches a folder with all that is in it, but not what tools write there", async () => {
    mkdirSync(path("tree/deep"), { recursive: true });
    mkdirSync(path("tree/node_modules"), { recursive: true });
    write("probe.txt", "1");
    watch.set("one", [path("tree")]);
    watch.set("probe", [path("probe.txt")]);
    write("tree/node_modules/x.js", "1");
    write("tree/.cache", "1");
    await nothingElse();
    expect(changes.filter(({ owners }) => owners.includes("one"))).toEqual([]);
    write("tree/deep/template.html", "1");
    await until("the change", () => changes.some(({ owners }) => owners.includes("one")));
  });

  it("forgets what an owner no longer depends on", async () => {
    write("a.ts", "1");
    write("probe.txt", "1");
    watch.set("one", [path("a.ts")]);
    watch.set("one", []);
    watch.set("probe", [path("probe.txt")]);
    write("a.ts", "22");
    await nothingElse();
    expect(changes.filter(({ owners }) => owners.includes("one"))).toEqual([]);
  });
});
