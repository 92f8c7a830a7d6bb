import { describe, expect, it } from "vitest";
import type { Snapshot } from "../../discovery/instance.ts";
import { sampleInstance } from "../../testing/sample-instance.ts";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import type { SnapshotFilter } from "./registry.ts";
import { COALESCE_MS, createWatchers, HEARTBEAT_MS, type Watcher } from "./watchers.ts";

const quotes: SnapshotFilter = { services: new Set(["quotes"]), realm: "local", fallback: new Map() };

function make(watchersMax?: number) {
  const clock = createVirtualClock();
  let made = 0;
  const snapshotOf = (): Snapshot => {
    made += 1;
    return { revision: made, instances: [], services: [] };
  };
  const watchers = createWatchers({ clock, snapshotOf, ...(watchersMax === undefined ? {} : { watchersMax }) });
  const add = (filter = quotes): Watcher => {
    const watcher = watchers.add(filter);
    if (!watcher) throw new Error("refused");
    return watcher;
  };
  return { clock, watchers, add, made: () => made };
}

async function revisionOf(watcher: Watcher): Promise<number | "heartbeat" | undefined> {
  const { value } = await watcher.next();
  return typeof value === "object" ? value.revision : value;
}

describe("createWatchers", () => {
  it("tells at once, then when something changes", async () => {
    const { clock, watchers, add } = make();
    const watcher = add();
    expect(await revisionOf(watcher)).toBe(1);
    const next = revisionOf(watcher);
    watchers.changed([sampleInstance("quotes-1")]);
    await clock.advance(COALESCE_MS);
    expect(await next).toBe(2);
  });

  it("makes one snapshot of many changes", async () => {
    const { clock, watchers, add, made } = make();
    const watcher = add();
    await watcher.next();
    const next = revisionOf(watcher);
    for (let count = 0; count < 500; count += 1) watchers.changed([sampleInstance(`quotes-${count}`)]);
    await clock.advance(COALESCE_MS);
    expect(await next).toBe(2);
    expect(made()).toBe(2);
  });

  it("tells nobody whom a change does not concern", async () => {
    const { clock, watchers, add } = make();
    const fallback = new Map([["quotes", "staging"]]);
    const filters: SnapshotFilter[] = [quotes, { ...quotes, fallback }, { ...quotes, realm: undefined }];
    const all = filters.map(add);
    for (const watcher of all) await watcher.next();
    const told: number[] = [];
    const settled = all.map((watcher, index) => watcher.next().then(() => told.push(index)));
    watchers.changed([sampleInstance("rates-1")]);
    await clock.advance(COALESCE_MS);
    expect(told).toEqual([]);
    watchers.changed([sampleInstance("quotes-9", { realm: "staging" })]);
    await clock.advance(COALESCE_MS);
    expect(told).toEqual([1, 2]);
    watchers.changed(undefined);
    await clock.advance(COALESCE_MS);
    await Promise.all(settled);
  });

  it("keeps nothing for a slow watcher but that there is news", async () => {
    const { clock, watchers, add, made } = make();
    const slow = add();
    await slow.next();
    for (let round = 0; round < 100; round += 1) {
      watchers.changed([sampleInstance("quotes-1")]);
      await clock.advance(COALESCE_MS);
    }
    expect(made()).toBe(1);
    expect(await revisionOf(slow)).toBe(2);
    const next = revisionOf(slow);
    await clock.advance(HEARTBEAT_MS);
    expect(await next).toBe("heartbeat");
  });

  it("sends a heartbeat every 5 s of quiet", async () => {
    const { clock, add } = make();
    const watcher = add();
    await watcher.next();
    for (let round = 0; round < 3; round += 1) {
      const next = revisionOf(watcher);
      await clock.advance(HEARTBEAT_MS);
      expect(await next).toBe("heartbeat");
    }
    void watcher.return();
    expect(clock.pending()).toBe(0);
  });

  it("ends a watcher that waits", async () => {
    const { watchers, add } = make();
    const watcher = add();
    await watcher.next();
    const next = watcher.next();
    void watcher.return();
    expect(await next).toEqual({ done: true, value: undefined });
    expect((await watcher.next()).done).toBe(true);
    expect(watchers.size()).toBe(0);
  });

  it("takes watchersMax and refuses one more, until one ends", async () => {
    const { watchers, add } = make(2);
    const first = add();
    add();
    expect(watchers.add(quotes)).toBeUndefined();
    await first.return();
    await first.return();
    expect(watchers.add(quotes)).toBeDefined();
    expect(watchers.size()).toBe(2);
  });

  it("ends everybody when closed, and leaves no timer", async () => {
    const { clock, watchers, add } = make();
    const all = [add(), add(), add()];
    for (const watcher of all) await watcher.next();
    const waiting = all.map((watcher) => watcher.next());
    watchers.changed(undefined);
    watchers.close();
    expect((await Promise.all(waiting)).every((result) => result.done)).toBe(true);
    expect(clock.pending()).toBe(0);
  });
});
