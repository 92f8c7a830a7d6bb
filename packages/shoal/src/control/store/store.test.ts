import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, describe, expect, it } from "vitest";
import type { Log } from "../../core/log.ts";
import type { Instance } from "../../discovery/instance.ts";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import { RETRY_MS } from "./database-keeper.ts";
import { CONTROL_MIGRATIONS } from "./schema.ts";
import { type OpenDatabase, openSqlite } from "./sqlite.ts";
import { openStore, type Store } from "./store.ts";

const folders: string[] = [];
const stores: Store[] = [];
afterEach(() => {
  for (const store of stores.splice(0)) store.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "shoal-store-"));
  folders.push(folder);
  return folder;
}

function open(folder: string, given: { open?: OpenDatabase } = {}) {
  const clock = createVirtualClock();
  const warned: string[] = [];
  const note = (message: string) => warned.push(message);
  const log: Log = { debug: () => {}, info: () => {}, warn: note, error: note };
  const store = openStore(folder, { clock, log, ...(given.open ? { open: given.open } : {}) });
  stores.push(store);
  return { store, clock, warned };
}

function instance(id: string): Instance {
  return {
    id,
    service: "quotes",
    address: "http://127.0.0.1:1",
    realm: "local",
    zone: "local",
    release: "dev",
    contract: "",
  };
}

/** So many that they take several pages. */
function instances(count: number): Instance[] {
  return Array.from({ length: count }, (_, index) => instance(`i${String(index).padStart(5, "0")}`));
}

const ids = (list: readonly Instance[]) => list.map(({ id }) => id);

describe("openStore", () => {
  it("has its instances again when opened again", () => {
    const folder = newFolder();
    const first = open(folder).store;
    first.registry.save([instance("a"), instance("b")]);
    first.registry.save([instance("b"), { ...instance("c"), zone: "z" }]);
    first.close();
    const { store, warned } = open(folder);
    expect(store.registry.load()).toEqual([instance("b"), { ...instance("c"), zone: "z" }]);
    expect([warned, store.warnings()]).toEqual([[], []]);
  });

  it("has written what it was given when the function returns: dying at once loses nothing", () => {
    const folder = newFolder();
    const { store } = open(folder);
    store.registry.save([instance("a")]);
    // Not closed, as after kill -9.
    const second = open(folder).store;
    expect(ids(second.registry.load())).toEqual(["a"]);
  });

  it.each([
    [
      "garbage",
      (file: string) => writeFileSync(file, "not a database at all, but long enough to be looked at".repeat(99)),
    ],
    ["a truncated file", (file: string) => truncateSync(file, 4_096 + 100)],
    ["a file overwritten in the middle", (file: string) => overwriteMiddle(file)],
  ])("sets %s aside and begins a new one", (_, damage) => {
    const folder = newFolder();
    const first = open(folder).store;
    first.registry.save(instances(1_000));
    first.close();
    damage(join(folder, "control.db"));
    const damaged = readFileSync(join(folder, "control.db"));
    const { store, warned } = open(folder);
    store.registry.load();
    store.registry.save([instance("b")]);
    expect(warned.join()).toContain("is damaged: it was kept as");
    expect(store.warnings().join()).toContain("control.db.corrupt-1");
    expect(readFileSync(join(folder, "control.db.corrupt-1")).equals(damaged)).toBe(true);
    store.close();
    expect(ids(open(folder).store.registry.load())).toEqual(["b"]);
  });

  it("keeps at most five damaged files", () => {
    const folder = newFolder();
    for (let round = 0; round < 8; round += 1) {
      writeFileSync(join(folder, "control.db"), "x".repeat(5_000));
      open(folder).store.registry.load();
      for (const store of stores.splice(0)) store.close();
    }
    const aside = readdirSync(folder).filter((name) => name.includes(".corrupt-"));
    expect(aside.sort()).toEqual([4, 5, 6, 7, 8].map((number) => `control.db.corrupt-${number}`));
  });

  it("sets a file of a later release aside instead of harming it", () => {
    const folder = newFolder();
    const database = new DatabaseSync(join(folder, "control.db"));
    database.exec(`PRAGMA user_version = ${CONTROL_MIGRATIONS.length + 1}`);
    database.close();
    const { store } = open(folder);
    expect(store.registry.load()).toEqual([]);
    expect(store.warnings().join()).toContain("control.db.newer-1");
  });

  it("works in memory on a full disk, says so, and writes everything when there is room again", async () => {
    const folder = newFolder();
    let full = false;
    const openBounded: OpenDatabase = (file) => {
      const database = openSqlite(file);
      // SQLite's own bound fails in the same way as a disk without room: SQLITE_FULL.
      if (full) database.exec("PRAGMA max_page_count = 1");
      return database;
    };
    const before = open(folder, { open: openBounded }).store;
    before.registry.save([instance("z")]);
    before.close();
    full = true;
    const { store, clock, warned } = open(folder, { open: openBounded });
    store.registry.save(instances(1_000));
    store.registry.save([instance("b")]);
    expect(store.warnings().join()).toMatch(
      /control\.db cannot be written \(.*full.*\): the registry is in memory only/,
    );
    expect(warned).toHaveLength(1);
    await clock.advance(RETRY_MS);
    full = false;
    await clock.advance(RETRY_MS);
    expect(store.warnings()).toEqual([]);
    expect(ids(store.registry.load())).toEqual(["b"]);
  });

  it("works in memory when the folder cannot be made", () => {
    const folder = newFolder();
    writeFileSync(join(folder, "file"), "");
    const { store, warned } = open(join(folder, "file", "state"));
    expect(store.registry.load()).toEqual([]);
    store.registry.save([instance("a")]);
    expect(store.warnings()).toHaveLength(1);
    expect(warned).toHaveLength(1);
  });

  it("gives up the lines of a file of an earlier release, and keeps its instances", () => {
    const folder = newFolder();
    const database = new DatabaseSync(join(folder, "control.db"));
    database.exec(`${CONTROL_MIGRATIONS[0]} PRAGMA user_version = 1;`);
    database.prepare("INSERT INTO instances VALUES (?, ?)").run("a", JSON.stringify(instance("a")));
    database.close();
    const { store } = open(folder);
    expect(ids(store.registry.load())).toEqual(["a"]);
    expect(store.warnings()).toEqual([]);
  });

  it("leaves out a row that does not parse", () => {
    const folder = newFolder();
    const first = open(folder).store;
    first.registry.save([instance("a"), instance("b")]);
    first.close();
    const database = new DatabaseSync(join(folder, "control.db"));
    database.exec("UPDATE instances SET document = '{' WHERE id = 'a'");
    database.close();
    expect(ids(open(folder).store.registry.load())).toEqual(["b"]);
  });
});

/** Damages every page but the first: the file opens, and breaks when it is read. */
function overwriteMiddle(file: string): void {
  const size = readFileSync(file).byteLength;
  truncateSync(file, 4_096);
  appendFileSync(file, Buffer.alloc(size - 4_096, 0x5a));
}
