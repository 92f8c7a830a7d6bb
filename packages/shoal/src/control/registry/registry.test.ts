import { describe, expect, it } from "vitest";
import { sampleInstance } from "../../testing/sample-instance.ts";
import { createRegistry, type Registry, type SnapshotFilter } from "./registry.ts";
import { REGISTRY_DEFAULTS, type RegistryOptions } from "./registry-options.ts";

const LEASE_MS = REGISTRY_DEFAULTS.leaseMs;
const TICK_MS = REGISTRY_DEFAULTS.tickMs;
const ALL: SnapshotFilter = { services: undefined, realm: undefined, fallback: new Map() };

function register(registry: Registry, id: string, nowMs = 0, registration = "a") {
  return registry.upsert({ instance: sampleInstance(id), leaseMs: LEASE_MS, registration }, nowMs);
}
function ids(registry: Registry, filter = ALL): readonly string[] {
  return registry
    .snapshot(filter)
    .instances.map((instance) => instance.id)
    .sort();
}
/** Every look of `expire` on time, up to and including `untilMs`. */
function tick(registry: Registry, fromMs: number, untilMs: number): void {
  for (let nowMs = fromMs + TICK_MS; nowMs <= untilMs; nowMs += TICK_MS) registry.expire(nowMs);
}

describe("createRegistry", () => {
  it("holds an instance as long as it renews, and one lease longer", () => {
    const registry = createRegistry(0);
    register(registry, "quotes-1");
    tick(registry, 0, 9_500);
    expect(register(registry, "quotes-1", 9_500)).toEqual({ kind: "kept", changed: [], leaseMs: LEASE_MS });
    tick(registry, 9_500, 19_000);
    expect(ids(registry)).toEqual(["quotes-1"]);
    expect(registry.expire(19_500).map((instance) => instance.id)).toEqual(["quotes-1"]);
    expect(ids(registry)).toEqual([]);
  });

  it("grows its revision with every change, and with nothing else", () => {
    const registry = createRegistry(0);
    const revisions = [registry.revision()];
    const note = () => revisions.push(registry.revision());
    register(registry, "quotes-1");
    note();
    register(registry, "quotes-1", 5, "other registration, same instance");
    note();
    registry.upsert({ instance: sampleInstance("quotes-1", { release: "next" }), leaseMs: 1, registration: "" }, 6);
    note();
    registry.leave("quotes-1", 7);
    note();
    registry.leave("quotes-1", 8);
    note();
    expect(revisions).toEqual([1, 2, 2, 3, 4, 4]);
  });

  it("keeps the contract that a program told when its supervisor, which knows none, renews for it", () => {
    const registry = createRegistry(0);
    const upsert = (contract: string) =>
      registry.upsert({ instance: sampleInstance("a", { contract }), leaseMs: LEASE_MS, registration: "" }, 1);
    upsert("");
    upsert("c0ffee");
    const revision = registry.revision();
    upsert("");
    expect(registry.revision()).toBe(revision);
    expect(registry.instances()).toEqual([sampleInstance("a", { contract: "c0ffee" })]);
  });

  it("brings a lease into its bounds", () => {
    const registry = createRegistry(0);
    const instance = sampleInstance("quotes-1");
    const granted = [1, 20_000, 1e12].map((leaseMs) => registry.upsert({ instance, leaseMs, registration: "" }, 0));
    expect(granted).toMatchObject([{ leaseMs: 1_000 }, { leaseMs: 20_000 }, { leaseMs: 300_000 }]);
  });

  it("moves an instance that changed its service", () => {
    const registry = createRegistry(0);
    register(registry, "quotes-1");
    registry.upsert({ instance: sampleInstance("quotes-1", { service: "rates" }), leaseMs: 1, registration: "" }, 0);
    expect(ids(registry, { ...ALL, services: new Set(["quotes"]) })).toEqual([]);
    expect(ids(registry, { ...ALL, services: new Set(["rates"]) })).toEqual(["quotes-1"]);
  });

  it("tells of the services, the realm and the fallback realms asked for", () => {
    const registry = createRegistry(0);
    const instances = [
      sampleInstance("quotes-1"),
      sampleInstance("quotes-2", { realm: "staging" }),
      sampleInstance("rates-1", { realm: "staging" }),
      sampleInstance("ledger-1"),
    ];
    for (const instance of instances) registry.upsert({ instance, leaseMs: LEASE_MS, registration: "" }, 0);
    const services = new Set(["quotes", "rates"]);
    expect(ids(registry, { services, realm: "local", fallback: new Map() })).toEqual(["quotes-1"]);
    const fallback = new Map([["rates", "staging"]]);
    expect(ids(registry, { services, realm: "local", fallback })).toEqual(["quotes-1", "rates-1"]);
    expect(ids(registry)).toEqual(["ledger-1", "quotes-1", "quotes-2", "rates-1"]);
    expect(registry.snapshot({ services, realm: "local", fallback })).toMatchObject({
      services: ["ledger", "quotes", "rates"],
      watched: ["quotes", "rates"],
    });
  });

  it("remembers the name of a service whose last instance has gone", () => {
    const registry = createRegistry(0);
    register(registry, "quotes-1");
    registry.leave("quotes-1", 1);
    expect(registry.snapshot(ALL).services).toEqual(["quotes"]);
  });

  it("gives what it was restored with one full lease, and lets it renew", () => {
    const registry = createRegistry(0, [sampleInstance("quotes-1"), sampleInstance("quotes-2")]);
    expect(ids(registry)).toEqual(["quotes-1", "quotes-2"]);
    tick(registry, 0, 9_500);
    expect(register(registry, "quotes-2", 9_500)).toMatchObject({ kind: "kept", changed: [] });
    tick(registry, 9_500, 10_000);
    expect(ids(registry)).toEqual(["quotes-2"]);
  });

  it("takes out one it was restored with when another registers at its address", () => {
    const ghost = sampleInstance("quotes-1", { address: "http://127.0.0.1:7" });
    const heir = sampleInstance("rates-1", { address: "http://127.0.0.1:7" });
    const registry = createRegistry(0, [ghost, sampleInstance("quotes-2")]);
    const result = registry.upsert({ instance: heir, leaseMs: LEASE_MS, registration: "" }, 1);
    expect(result).toMatchObject({ kind: "kept", changed: [heir, ghost] });
    expect(ids(registry)).toEqual(["quotes-2", "rates-1"]);
    expect(registry.snapshot(ALL).left).toEqual(["quotes-1"]);
  });

  it("lets two that it has heard itself share an address: a gateway may stand for both", () => {
    const registry = createRegistry(0, [sampleInstance("quotes-1", { address: "http://127.0.0.1:7" })]);
    for (const id of ["quotes-1", "rates-1"]) {
      const instance = sampleInstance(id, { address: "http://127.0.0.1:7" });
      registry.upsert({ instance, leaseMs: LEASE_MS, registration: "" }, 1);
    }
    expect(ids(registry)).toEqual(["quotes-1", "rates-1"]);
  });

  it("is complete after one lease, which is a change", () => {
    const registry = createRegistry(0);
    tick(registry, 0, 9_500);
    const before = registry.revision();
    expect(registry.snapshot(ALL).complete).toBe(false);
    registry.expire(10_000);
    expect(registry.snapshot(ALL).complete).toBe(true);
    expect(registry.revision()).toBe(before + 1);
  });

  describe("when its own clock stood still", () => {
    it("gives everybody the time back", () => {
      const registry = createRegistry(0);
      register(registry, "quotes-1");
      tick(registry, 0, 1_000);
      registry.expire(61_000); // asleep for a minute: nobody could be heard
      expect(ids(registry)).toEqual(["quotes-1"]);
      tick(registry, 61_000, 69_000);
      expect(ids(registry)).toEqual(["quotes-1"]);
      tick(registry, 69_000, 69_500);
      expect(ids(registry)).toEqual([]);
    });

    it("punishes as usual when it is late by no more than 2 s", () => {
      const registry = createRegistry(0);
      register(registry, "quotes-1");
      tick(registry, 0, 8_000);
      expect(registry.expire(8_000 + TICK_MS + 2_000)).toHaveLength(1);
      const other = createRegistry(0);
      register(other, "quotes-1");
      tick(other, 0, 8_000);
      expect(other.expire(8_000 + TICK_MS + 2_001)).toHaveLength(0);
    });

    it("is complete that much later", () => {
      const registry = createRegistry(0);
      registry.expire(60_000);
      expect(registry.complete()).toBe(false);
      tick(registry, 60_000, 70_000);
      expect(registry.complete()).toBe(true);
    });
  });

  describe("an instance that left", () => {
    it("is told of for 10 min", () => {
      const registry = createRegistry(0);
      register(registry, "quotes-1");
      registry.leave("quotes-1", 1_000);
      expect(registry.snapshot(ALL).left).toEqual(["quotes-1"]);
      expect(registry.snapshot({ ...ALL, services: new Set(["rates"]) }).left).toEqual([]);
      registry.expire(600_999);
      expect(registry.snapshot(ALL).left).toEqual(["quotes-1"]);
      registry.expire(601_000);
      expect(registry.snapshot(ALL).left).toEqual([]);
    });

    it("is not brought back by a renewal that comes too late, but by a new registration", () => {
      const registry = createRegistry(0);
      register(registry, "quotes-1", 0, "first");
      registry.leave("quotes-1", 1);
      expect(register(registry, "quotes-1", 2, "first")).toEqual({ kind: "gone" });
      expect(register(registry, "quotes-1", 3, "second")).toMatchObject({
        kind: "kept",
        changed: [sampleInstance("quotes-1")],
      });
      expect(registry.snapshot(ALL).left).toEqual([]);
    });

    it("is always taken back when it does not name its registration", () => {
      const registry = createRegistry(0);
      register(registry, "quotes-1", 0, "");
      registry.leave("quotes-1", 1);
      expect(register(registry, "quotes-1", 2, "")).toMatchObject({ kind: "kept" });
    });

    it("counts as gone only when it left: an expired one may come back as it is", () => {
      const registry = createRegistry(0);
      register(registry, "quotes-1");
      tick(registry, 0, 10_000);
      expect(registry.snapshot(ALL)).toMatchObject({ instances: [], left: [] });
      expect(register(registry, "quotes-1", 10_001)).toMatchObject({
        kind: "kept",
        changed: [sampleInstance("quotes-1")],
      });
    });
  });

  describe("bounds", () => {
    const small: Partial<RegistryOptions> = { instancesMax: 3, leftMax: 2, servicesMax: 4 };

    it("refuses one instance too many, and still renews those it has", () => {
      const registry = createRegistry(0, [], small);
      for (const id of ["a-1", "a-2", "a-3"]) expect(register(registry, id).kind).toBe("kept");
      expect(register(registry, "a-4").kind).toBe("full");
      expect(register(registry, "a-3").kind).toBe("kept");
      registry.leave("a-1", 1);
      expect(register(registry, "a-4").kind).toBe("kept");
    });

    it("restores no more than it may hold", () => {
      const many = ["a-1", "a-2", "a-3", "a-4"].map((id) => sampleInstance(id));
      expect(createRegistry(0, many, small).instances()).toHaveLength(3);
    });

    it("forgets the oldest departure, and the oldest name without instances", () => {
      const registry = createRegistry(0, [], small);
      register(registry, "kept-1");
      for (const id of ["a-1", "b-1", "c-1", "d-1"]) {
        register(registry, id);
        registry.leave(id, 1);
      }
      const { left, services } = registry.snapshot(ALL);
      expect(left).toEqual(["c-1", "d-1"]);
      expect(services).toEqual(["b", "c", "d", "kept"]);
    });

    it.each([{ instancesMax: 0 }, { leaseMs: 10 }, { leaseMsMax: 5_000 }, { tickMs: Number.NaN }])(
      "refuses %o",
      (given) => {
        expect(() => createRegistry(0, [], given)).toThrow("[OPTION_INVALID]");
      },
    );
  });
});
