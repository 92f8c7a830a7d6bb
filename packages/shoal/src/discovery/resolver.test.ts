import { describe, expect, it } from "vitest";
import type { LogFields } from "../core/log.ts";
import { SILENT_LOG } from "../core/log.ts";
import { sampleFault } from "../testing/sample-fault.ts";
import { sampleInstance } from "../testing/sample-instance.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import type { Snapshot } from "./instance.ts";
import type { Registry, WatchEvents } from "./port.ts";
import { COLD_START_MS, createResolver, type InstanceSet, WATCHED_SERVICES_MAX } from "./resolver.ts";
import { LAST_RESORT_MS } from "./resolver-state.ts";
import type { SnapshotStore, StoredSet } from "./snapshot-store.ts";
import { staticRegistry } from "./static-registry.ts";

const identity = { realm: "local", fallbackRealms: {} };

function fakeRegistry() {
  const added: string[] = [];
  let events: WatchEvents | undefined;
  let closed = false;
  const registry: Registry = {
    register: () => ({ leave: () => Promise.resolve() }),
    watch(given) {
      events = given;
      return {
        add: (service) => void added.push(service),
        close: () => {
          closed = true;
        },
      };
    },
  };
  const tell = (ids: readonly string[], more: Partial<Snapshot> = {}) =>
    events?.onSnapshot({ revision: 1, instances: ids.map((id) => sampleInstance(id)), services: ["quotes"], ...more });
  return { registry, added, tell, lose: () => events?.onStale("connection refused"), closed: () => closed };
}

function fakeStore(stored?: StoredSet): SnapshotStore & { readonly saved: StoredSet[]; closes: number } {
  const saved: StoredSet[] = [];
  return {
    saved,
    closes: 0,
    load: () => Promise.resolve(stored),
    save: (set) => void saved.push(set),
    close() {
      this.closes += 1;
      return Promise.resolve();
    },
  };
}

function make(store?: SnapshotStore) {
  const clock = createVirtualClock();
  const fake = fakeRegistry();
  const warnings: (LogFields | undefined)[] = [];
  const log = { ...SILENT_LOG, warn: (_: string, fields?: LogFields) => void warnings.push(fields) };
  const resolver = createResolver({ registry: fake.registry, identity, clock, store, log });
  return { clock, resolver, warnings, ...fake };
}

function ids(set: InstanceSet): readonly string[] {
  return set.instances.map((instance) => instance.id);
}

describe("createResolver", () => {
  it("watches a service once", () => {
    const { resolver, added } = make();
    resolver.watch("quotes");
    resolver.watch("quotes");
    expect(added).toEqual(["quotes"]);
    expect(resolver.instancesOf("quotes")).toMatchObject({ state: "pending", instances: [], lastResort: [] });
  });

  it("tells listeners of each change and of nothing else", () => {
    const { resolver, tell, lose } = make();
    const heard: string[] = [];
    resolver.watch("quotes");
    const cancel = resolver.onChange("quotes", (set) => heard.push(`${set.state} ${ids(set)}`));
    tell(["quotes-1"]);
    tell(["quotes-1"], { revision: 2 });
    lose();
    lose();
    tell(["quotes-1", "quotes-2"]);
    cancel();
    tell([]);
    expect(heard).toEqual(["ok quotes-1", "stale quotes-1", "ok quotes-1,quotes-2"]);
  });

  it("gives the same object as long as nothing changed", () => {
    const { resolver, tell } = make();
    resolver.watch("quotes");
    tell(["quotes-1"]);
    const before = resolver.instancesOf("quotes");
    tell(["quotes-1"], { revision: 5 });
    expect(resolver.instancesOf("quotes")).toBe(before);
  });

  it("goes on telling when a listener throws", () => {
    const { resolver, tell } = make();
    let told = 0;
    resolver.watch("quotes");
    resolver.onChange("quotes", () => {
      throw new Error("mine");
    });
    resolver.onChange("quotes", () => {
      told += 1;
    });
    tell(["quotes-1"]);
    expect(told).toBe(1);
  });

  it("lets a listener begin to watch another service", () => {
    const clock = createVirtualClock();
    const registry = staticRegistry([sampleInstance("quotes-1"), sampleInstance("rates-1")]);
    const resolver = createResolver({ registry, identity, clock });
    resolver.onChange("quotes", () => resolver.watch("rates"));
    resolver.watch("quotes");
    expect(ids(resolver.instancesOf("rates"))).toEqual(["rates-1"]);
    expect(ids(resolver.instancesOf("quotes"))).toEqual(["quotes-1"]);
  });

  it("says since when the registry is out of reach, and warns once when that lasts 2 s", async () => {
    const { resolver, clock, lose, tell, warnings } = make();
    resolver.watch("quotes");
    await clock.advance(30);
    lose();
    lose();
    expect(resolver.instancesOf("quotes")).toMatchObject({ state: "pending", staleSinceMs: 30 });
    await clock.advance(1_999);
    tell(["quotes-1"]);
    expect(resolver.instancesOf("quotes")).not.toHaveProperty("staleSinceMs");
    await clock.advance(60_000);
    expect(warnings).toEqual([]);

    lose();
    lose();
    await clock.advance(2_000);
    lose();
    await clock.advance(60_000);
    expect(warnings).toEqual([{ reason: "connection refused" }]);
  });

  it("warns of a mass removal, once, and not of those who left", () => {
    const { resolver, tell, warnings } = make();
    resolver.watch("quotes");
    tell(["quotes-1", "quotes-2", "quotes-3"]);
    tell(["quotes-1", "quotes-2"]);
    expect(warnings).toEqual([]);
    tell([]);
    tell([]);
    expect(warnings).toEqual([{ service: "quotes", instances: ["quotes-1", "quotes-2"] }]);
  });

  it("forgets the last resort in time", async () => {
    const { resolver, clock, tell } = make();
    resolver.watch("quotes");
    tell(["quotes-1", "quotes-2"]);
    tell([]);
    expect(resolver.instancesOf("quotes").lastResort).toHaveLength(2);
    await clock.advance(LAST_RESORT_MS - 1);
    expect(resolver.instancesOf("quotes").lastResort).toHaveLength(2);
    await clock.advance(1);
    expect(resolver.instancesOf("quotes").lastResort).toHaveLength(0);
    expect(clock.pending()).toBe(0);
  });

  it("uses the set on disk when nothing was heard for a second, and drops it at the first word", async () => {
    const store = fakeStore({ savedWallMs: 0, instances: [sampleInstance("quotes-7")], services: ["quotes"] });
    const { resolver, clock, tell } = make(store);
    resolver.watch("quotes");
    await clock.advance(COLD_START_MS - 1);
    expect(resolver.instancesOf("quotes").state).toBe("pending");
    await clock.advance(1);
    expect(resolver.instancesOf("quotes")).toMatchObject({ state: "stale", known: ["quotes"] });
    expect(ids(resolver.instancesOf("quotes"))).toEqual(["quotes-7"]);
    tell(["quotes-8"]);
    expect(ids(resolver.instancesOf("quotes"))).toEqual(["quotes-8"]);
  });

  it("saves what it heard, and only when it changed", () => {
    const store = fakeStore();
    const { resolver, tell, lose } = make(store);
    resolver.watch("quotes");
    tell(["quotes-1"]);
    tell(["quotes-1"], { revision: 2 });
    lose();
    expect(store.saved.map((set) => set.instances.map((instance) => instance.id))).toEqual([["quotes-1"]]);
  });

  it(`watches ${WATCHED_SERVICES_MAX} services and refuses one more`, () => {
    const { resolver } = make();
    for (let count = 0; count < WATCHED_SERVICES_MAX; count += 1) resolver.watch(`s${count}`);
    expect(() => resolver.watch("one-more")).toThrow("[LIMIT_REACHED]");
    expect(() => resolver.watch("s0")).not.toThrow();
  });

  it("ends its watch, its timers and its store when closed", async () => {
    const store = fakeStore();
    const { resolver, clock, closed, tell } = make(store);
    resolver.watch("quotes");
    tell(["quotes-1", "quotes-2"]);
    tell([]);
    resolver.close();
    resolver.close();
    expect([closed(), store.closes, clock.pending()]).toEqual([true, 1, 0]);
    tell(["quotes-3"]);
    expect(ids(resolver.instancesOf("quotes"))).toEqual([]);
  });
});

describe("faults", () => {
  it("are those of the last snapshot until their time is over, also while the registry is out of reach", async () => {
    const { clock, resolver, tell, lose } = make();
    resolver.watch("quotes");
    expect(resolver.faultsOf("quotes")).toBeUndefined();
    tell(["quotes-1"], { faults: [sampleFault({ remainingMs: 1_000 })] });
    lose();
    await clock.advance(999);
    expect(resolver.faultsOf("quotes")).toHaveLength(1);
    expect(resolver.faultsOf("rates")).toBeUndefined();
    await clock.advance(1);
    expect(resolver.faultsOf("quotes")).toBeUndefined();
  });

  it("are not kept on disk", () => {
    const store = fakeStore();
    const { resolver, tell } = make(store);
    resolver.watch("quotes");
    tell(["quotes-1"], { faults: [sampleFault()] });
    expect(store.saved).toHaveLength(1);
    expect(JSON.stringify(store.saved)).not.toContain("fault");
  });
});
