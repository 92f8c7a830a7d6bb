import { describe, expect, it } from "vitest";
import { SILENT_LOG } from "../../core/log.ts";
import type { Instance } from "../../discovery/instance.ts";
import { sampleFault } from "../../testing/sample-fault.ts";
import { sampleInstance } from "../../testing/sample-instance.ts";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import { arrivingContext } from "../../transport/arrival.ts";
import type { SnapshotFilter } from "./registry.ts";
import { SAVE_DELAY_MS, startRegistry } from "./start-registry.ts";
import { memoryRegistryStore, type RegistryStore } from "./store.ts";

function start(store?: RegistryStore) {
  const clock = createVirtualClock();
  const warnings: string[] = [];
  const log = { ...SILENT_LOG, warn: (message: string) => void warnings.push(message) };
  return { clock, warnings, registry: startRegistry({ clock, log, store }) };
}

const broken: RegistryStore = {
  load() {
    throw new Error("database disk image is malformed");
  },
  save() {
    throw new Error("disk full");
  },
};

describe("startRegistry", () => {
  it("knows after a restart whom it knew before, and drops in one lease who does not renew", async () => {
    const store = memoryRegistryStore([sampleInstance("quotes-1")]);
    const { clock, registry, warnings } = start(store);
    expect(registry.instances()).toEqual([sampleInstance("quotes-1")]);
    await clock.advance(10_000);
    expect(registry.instances()).toEqual([]);
    expect(warnings).toEqual(["an instance did not renew its lease"]);
    await clock.advance(SAVE_DELAY_MS);
    expect(store.load()).toEqual([]);
  });

  it("saves changes after a pause, many at once, and renewals never", async () => {
    const saved: (readonly Instance[])[] = [];
    const { clock, registry } = start({
      load: () => ["a-1", "a-2"].map((id) => sampleInstance(id)),
      save: (set) => saved.push(set),
    });
    registry.leave("a-1");
    registry.leave("a-2");
    registry.leave("a-3");
    await clock.advance(SAVE_DELAY_MS);
    expect(saved).toEqual([[]]);
    await clock.advance(5_000);
    expect(saved).toHaveLength(1);
  });

  it("runs on with a warning when its store cannot be read or written", async () => {
    const { clock, registry, warnings } = start(broken);
    expect(registry.warnings()).toEqual(["the registry cannot load its instances: database disk image is malformed"]);
    await clock.advance(1_000);
    expect(warnings).toHaveLength(1);
    expect(registry.instances()).toEqual([]);
  });

  it("tells who watches a service of its faults, at once when they change, and nobody else", async () => {
    const clock = createVirtualClock();
    let faults = [sampleFault({ latencyMs: 10 })];
    const faultsFor = ({ services }: SnapshotFilter) => faults.filter(({ service }) => services?.has(service) ?? true);
    const registry = startRegistry({ clock, log: SILENT_LOG, faultsFor });
    const told: Record<string, string[]> = { quotes: [], rates: [] };
    for (const service of ["quotes", "rates"]) {
      const request = { method: "GET", target: `/registry/v1/watch?service=${service}`, headers: {}, body: undefined };
      const reply = await registry.routes(request, arrivingContext(new AbortController().signal));
      const read = async () => {
        for await (const bytes of (reply?.body ?? []) as AsyncIterable<Uint8Array>) told[service]?.push(String(bytes));
      };
      void read();
    }
    await clock.advance(20);
    expect(told["quotes"]?.[0]).toContain(`"faults":[${JSON.stringify(faults[0])}]`);
    faults = [];
    registry.faultsChanged("quotes");
    await clock.advance(20);
    expect(told["quotes"]).toHaveLength(2);
    expect([...(told["quotes"]?.slice(1) ?? []), ...(told["rates"] ?? [])].join()).not.toContain("faults");
    expect(told["rates"]).toHaveLength(1);
    registry.close();
  });

  it("saves what waits and leaves no timer when closed", () => {
    const store = memoryRegistryStore([sampleInstance("quotes-1")]);
    const { clock, registry } = start(store);
    registry.leave("quotes-1");
    registry.close();
    expect(store.load()).toEqual([]);
    expect(clock.pending()).toBe(0);
  });
});
