import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, describe, expect, it } from "vitest";
import type { Log } from "../../core/log.ts";
import type { Instance } from "../../discovery/instance.ts";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import type { LogLine } from "../api/contract.ts";
import { RETRY_MS } from "./database-keeper.ts";
import { CONTROL_MIGRATIONS } from "./schema.ts";
import { type OpenDatabase, openSqlite } from "./sqlite.ts";
import { openStore, STORE_DEFAULTS, type Store, type StoreOptions } from "./store.ts";

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

function open(folder: string, given: { options?: Partial<StoreOptions>; open?: OpenDatabase } = {}) {
  const clock = createVirtualClock();
  const warned: string[] = [];
  const note = (message: string) => warned.push(message);
  const log: Log = { debug: () => {}, info: () => {}, warn: note, error: note };
  const store = openStore(folder, { clock, log, ...(given.open ? { open: given.open } : {}) }, given.options);
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

function line(seq: number, text = `line ${seq}`, service = "quotes"): LogLine {
  return { seq, timeMs: seq, service, instance: `${service}-1`, stream: "stdout", text };
}

function lines(from: number, to: number): LogLine[] {
  return Array.from({ length: to - from + 1 }, (_, index) => line(from + index));
}

const seqs = (list: readonly LogLine[] | undefined) => list?.map(({ seq }) => seq);
const ids = (list: readonly Instance[]) => list.map(({ id }) => id);

describe("openStore", () => {
  it("has instances and lines again when opened again", () => {
    const folder = newFolder();
    const first = open(folder).store;
    first.registry.save([instance("a"), instance("b")]);
    first.registry.save([instance("b"), { ...instance("c"), zone: "z" }]);
    first.logs.append([line(1), line(2, "\u0000\u{1f41f} \\ '\" \n")]);
    first.close();
    const { store, warned } = open(folder);
    expect(store.registry.load()).toEqual([instance("b"), { ...instance("c"), zone: "z" }]);
    expect(store.logs.list({ limit: 10 })).toEqual([line(1), line(2, "\u0000\u{1f41f} \\ '\" \n")]);
    expect(store.logs.lastSeq()).toBe(2);
    expect([warned, store.warnings()]).toEqual([[], []]);
  });

  it("has written what it was given when the function returns: dying at once loses nothing", () => {
    const folder = newFolder();
    const { store } = open(folder);
    store.registry.save([instance("a")]);
    store.logs.append([line(1)]);
    // Not closed, as after kill -9.
    const second = open(folder).store;
    expect(ids(second.registry.load())).toEqual(["a"]);
    expect(seqs(second.logs.list({ limit: 10 }))).toEqual([1]);
  });

  it("lists lines by service, instance, after and limit, always oldest first", () => {
    const { store } = open(newFolder());
    store.logs.append([line(1), line(2, "b", "rates"), line(3), line(4, "d", "rates"), line(5)]);
    expect(seqs(store.logs.list({ limit: 2 }))).toEqual([4, 5]);
    expect(seqs(store.logs.list({ limit: 2, after: 0 }))).toEqual([1, 2]);
    expect(seqs(store.logs.list({ limit: 9, service: "rates" }))).toEqual([2, 4]);
    expect(seqs(store.logs.list({ limit: 9, service: "quotes", instance: "quotes-1", after: 1 }))).toEqual([3, 5]);
    expect(seqs(store.logs.list({ limit: 9, service: "'; DROP TABLE log_lines; --" }))).toEqual([]);
  });

  it("trims the oldest lines over either bound", () => {
    const { store } = open(newFolder(), { options: { linesMax: 100, bytesMax: 1_000 } });
    store.logs.append(lines(1, 100));
    expect(store.logs.list({ limit: 1_000 })).toHaveLength(100);
    store.logs.append([line(101)]);
    expect(seqs(store.logs.list({ limit: 1_000, after: 0 }))?.[0]).toBe(7);
    store.logs.append([line(102, "x".repeat(990))]);
    expect(seqs(store.logs.list({ limit: 1_000 }))).toEqual([]);
    store.logs.append([line(103)]);
    expect(seqs(store.logs.list({ limit: 1_000 }))).toEqual([103]);
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
    first.registry.save([instance("a")]);
    first.logs.append(lines(1, 2_000));
    first.close();
    damage(join(folder, "control.db"));
    const damaged = readFileSync(join(folder, "control.db"));
    const { store, warned } = open(folder);
    store.registry.load();
    store.logs.list({ limit: 5_000 });
    store.logs.append([line(3_000)]);
    store.registry.save([instance("b")]);
    expect(warned.join()).toContain("is damaged: it was kept as");
    expect(store.warnings().join()).toContain("control.db.corrupt-1");
    expect(readFileSync(join(folder, "control.db.corrupt-1")).equals(damaged)).toBe(true);
    expect(seqs(store.logs.list({ limit: 5_000 }))).toContain(3_000);
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
    before.logs.append([line(1)]);
    before.close();
    full = true;
    const { store, clock, warned } = open(folder, { open: openBounded });
    const big = "x".repeat(3_000);
    store.logs.append(Array.from({ length: 100 }, (_, index) => line(2 + index, big)));
    store.registry.save([instance("a")]);
    store.registry.save([instance("b")]);
    expect(store.logs.list({ limit: 5 })).toBeUndefined();
    expect(store.warnings().join()).toMatch(
      /control\.db cannot be written \(.*full.*\): logs and registry are in memory/,
    );
    expect(warned).toHaveLength(1);
    await clock.advance(RETRY_MS);
    full = false;
    store.logs.append([line(102)]);
    expect(store.warnings()).toHaveLength(1);
    await clock.advance(RETRY_MS);
    expect(store.warnings()).toEqual([]);
    expect(seqs(store.logs.list({ limit: 1_000 }))).toEqual(Array.from({ length: 102 }, (_, index) => index + 1));
    expect(ids(store.registry.load())).toEqual(["b"]);
    expect(store.logs.dropped()).toBe(0);
  });

  it("works in memory when the folder cannot be made, and bounds and counts what waits", () => {
    const folder = newFolder();
    writeFileSync(join(folder, "file"), "");
    const { store, warned } = open(join(folder, "file", "state"), { options: { pendingLinesMax: 10 } });
    expect(store.registry.load()).toEqual([]);
    store.logs.append(lines(1, 25));
    store.registry.save([instance("a")]);
    expect(store.logs.dropped()).toBe(15);
    expect(store.warnings()).toHaveLength(1);
    expect(warned).toHaveLength(1);
  });

  it("has a bound for everything without being told, and takes no other", () => {
    for (const name of Object.keys(STORE_DEFAULTS)) {
      expect(() => open(newFolder(), { options: { [name]: 0 } })).toThrow(`[OPTION_INVALID] ${name}`);
    }
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
