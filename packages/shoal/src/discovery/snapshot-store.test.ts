import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SILENT_LOG } from "../core/log.ts";
import { sampleInstance } from "../testing/sample-instance.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { fileSnapshotStore, SAVE_DELAY_MS, STORED_BYTES_MAX, type StoredSet } from "./snapshot-store.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "shoal-store-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function make(stateFolder = folder) {
  const clock = createVirtualClock();
  const warnings: string[] = [];
  const log = { ...SILENT_LOG, warn: (message: string) => void warnings.push(message) };
  const store = fileSnapshotStore({ stateFolder, identity: { realm: "local", service: "quotes" }, clock, log });
  return { clock, store, warnings };
}
function set(...ids: readonly string[]): StoredSet {
  return { savedWallMs: 1, instances: ids.map((id) => sampleInstance(id)), services: ["rates"] };
}
function file(): string {
  return join(folder, "resolvers", "local-quotes.json");
}

describe("fileSnapshotStore", () => {
  it("gives back what the process before it saved", async () => {
    const { store } = make();
    store.save(set("rates-1", "rates-2"));
    await store.close();
    expect(await make().store.load()).toEqual(set("rates-1", "rates-2"));
    expect(readdirSync(join(folder, "resolvers"))).toEqual(["local-quotes.json"]);
  });

  it("has nothing at first, and says nothing about it", async () => {
    const { store, warnings } = make();
    expect(await store.load()).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  it("writes the last of many changes, after a pause", async () => {
    const { store, clock } = make();
    for (let count = 0; count < 100; count += 1) store.save(set(`rates-${count}`));
    expect(clock.pending()).toBe(1);
    await clock.advance(SAVE_DELAY_MS);
    await store.close();
    expect(JSON.parse(readFileSync(file(), "utf8")).instances[0].id).toBe("rates-99");
    expect(clock.pending()).toBe(0);
  });

  it("saves nothing after it was closed", async () => {
    const { store, clock } = make();
    await store.close();
    store.save(set("rates-1"));
    expect(clock.pending()).toBe(0);
  });

  it.each([
    ["cut short", '{"version":1,"savedWallMs":1,"instances":['],
    ["of another program", '{"hello":"world"}'],
    ["of a later version", '{"version":2,"savedWallMs":1,"instances":[],"services":[]}'],
    ["null", "null"],
    ["binary", "\u0000\u0001\u0002"],
  ])("passes over a file that is %s, with a warning", async (_, text) => {
    mkdirSync(join(folder, "resolvers"));
    writeFileSync(file(), text);
    const { store, warnings } = make();
    expect(await store.load()).toBeUndefined();
    expect(warnings).toEqual(["cannot use the last known instances on disk"]);
  });

  it("neither reads nor writes a file over its bound, and leaves the old one", async () => {
    const { store, warnings } = make();
    store.save({ ...set(), services: ["x".repeat(STORED_BYTES_MAX)] });
    await store.close();
    expect(warnings).toEqual(["cannot keep the last known instances on disk"]);
    mkdirSync(join(folder, "resolvers"), { recursive: true });
    writeFileSync(file(), Buffer.alloc(STORED_BYTES_MAX + 1, " "));
    expect(await make().store.load()).toBeUndefined();
  });

  it("warns once and goes on when the folder cannot be written", async () => {
    writeFileSync(join(folder, "taken"), "a file where the folder should be");
    const { store, clock, warnings } = make(join(folder, "taken"));
    store.save(set("rates-1"));
    await clock.advance(SAVE_DELAY_MS);
    store.save(set("rates-2"));
    await store.close();
    expect(warnings).toEqual(["cannot keep the last known instances on disk"]);
  });

  it("leaves no temporary file when the rename fails", async () => {
    mkdirSync(join(file(), "in-the-way"), { recursive: true });
    const { store } = make();
    store.save(set("rates-1"));
    await store.close();
    chmodSync(folder, 0o700);
    expect(readdirSync(join(folder, "resolvers"))).toEqual(["local-quotes.json"]);
  });
});
