import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SILENT_LOG } from "../../core/log.ts";
import type { Instance } from "../../discovery/instance.ts";
import type { WatchEvents } from "../../discovery/port.ts";
import { createResolver } from "../../discovery/resolver.ts";
import { preferRealm } from "../../discovery/resolver-state.ts";
import { sampleInstance } from "../../testing/sample-instance.ts";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import { createRegistry, type Registry } from "./registry.ts";
import { REGISTRY_DEFAULTS } from "./registry-options.ts";
import { memoryRegistryStore } from "./store.ts";

const place = { realm: "local", fallbackRealms: { rates: "staging" } };
const filter = {
  services: new Set(["quotes", "rates"]),
  realm: place.realm,
  fallback: new Map(Object.entries(place.fallbackRealms)),
};
const { tickMs, leaseMs } = REGISTRY_DEFAULTS;

/** Five possible instances of two services in two realms. */
const candidates: readonly Instance[] = [
  sampleInstance("quotes-1"),
  sampleInstance("quotes-2"),
  sampleInstance("quotes-3"),
  sampleInstance("rates-1"),
  sampleInstance("rates-2", { realm: "staging" }),
  sampleInstance("quotes-9", { realm: "staging" }),
];

type Step =
  | { readonly kind: "start" | "crash" | "leave" | "move"; readonly who: number }
  | { readonly kind: "disconnect" | "connect" | "restart" | "restart-empty" }
  | { readonly kind: "wait"; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constantFrom("start" as const, "start" as const, "crash" as const, "leave" as const, "move" as const),
    who: fc.nat(candidates.length - 1),
  }),
  fc.record({
    kind: fc.constantFrom("disconnect" as const, "connect" as const, "restart" as const, "restart-empty" as const),
  }),
  fc.record({ kind: fc.constant("wait" as const), ms: fc.constantFrom(1, 499, 3_000, 9_999, 30_000, 700_000) }),
);

/** A registry, its instances and one resolver, the network between them being a variable. */
function world() {
  const clock = createVirtualClock();
  const store = memoryRegistryStore();
  let registry: Registry = createRegistry(clock.now());
  let connected = true;
  let events: WatchEvents | undefined;
  const alive = new Map<number, { readonly instance: Instance; readonly registration: string }>();
  let starts = 0;

  const push = () => {
    if (connected) events?.onSnapshot(registry.snapshot(filter));
  };
  const renew = () => {
    for (const one of alive.values()) registry.upsert({ ...one, leaseMs }, clock.now());
    push();
  };
  const restart = (restored: readonly Instance[]) => {
    registry = createRegistry(clock.now(), restored);
    push();
  };
  const every = (ms: number, task: () => void): void => {
    clock.after(ms, () => {
      task();
      every(ms, task);
    });
  };
  every(tickMs, () => {
    registry.expire(clock.now());
    push();
  });
  every(3_000, renew);

  const resolver = createResolver({
    registry: {
      register: () => ({ leave: () => Promise.resolve() }),
      watch(given) {
        events = given;
        return { add: push, close: () => {} };
      },
    },
    identity: place,
    clock,
    log: SILENT_LOG,
  });
  for (const service of filter.services) resolver.watch(service);

  const instanceFor = (who: number): Instance => {
    const base = candidates[who] ?? sampleInstance("quotes-1");
    starts += 1;
    return { ...base, id: `${base.id}.${starts}`, address: `http://127.0.0.1:${10_000 + starts}` };
  };
  const apply = async (event: Step): Promise<void> => {
    switch (event.kind) {
      case "start":
        if (!alive.has(event.who))
          alive.set(event.who, { instance: instanceFor(event.who), registration: `${starts}` });
        return renew();
      case "move": {
        const one = alive.get(event.who);
        if (one) alive.set(event.who, { ...one, instance: { ...one.instance, release: `r${starts++}` } });
        return renew();
      }
      case "crash":
        alive.delete(event.who);
        return;
      case "leave": {
        const one = alive.get(event.who);
        alive.delete(event.who);
        if (one) registry.leave(one.instance.id, clock.now());
        return push();
      }
      case "disconnect":
        connected = false;
        return events?.onStale("cut");
      case "connect":
        connected = true;
        return push();
      case "restart":
        store.save(registry.instances());
        return restart(store.load());
      case "restart-empty":
        return restart([]);
      case "wait":
        return clock.advance(event.ms);
      default:
        return event satisfies never;
    }
  };
  const expected = (service: string) =>
    preferRealm(
      [...alive.values()].map((one) => one.instance).filter((instance) => instance.service === service),
      service,
      place,
    );
  return { clock, resolver, apply, expected, connected: () => connected };
}

function ids(instances: readonly Instance[]): readonly string[] {
  return instances.map((instance) => `${instance.id} ${instance.release}`).sort();
}

describe("a resolver", () => {
  it("agrees with whoever is alive once all is quiet, whatever came before", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const { clock, resolver, apply, expected } = world();
        for (const event of steps) await apply(event);
        await apply({ kind: "connect" });
        await clock.advance(2 * leaseMs + 4 * tickMs);
        for (const service of filter.services) {
          const set = resolver.instancesOf(service);
          expect(set.state).toBe("ok");
          expect(ids(set.instances)).toEqual(ids(expected(service)));
        }
        await clock.advance(600_000);
        for (const service of filter.services) expect(resolver.instancesOf(service).lastResort).toEqual([]);
      }),
      { numRuns: 100 },
    );
  }, 60_000);

  it("never lists one instance both as an instance and as a last resort, nor two at one address", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const { resolver, apply } = world();
        for (const event of steps) {
          await apply(event);
          for (const service of filter.services) {
            const { instances, lastResort } = resolver.instancesOf(service);
            const addresses = [...instances, ...lastResort].map((instance) => instance.address);
            expect(new Set(addresses).size).toBe(addresses.length);
          }
        }
      }),
      { numRuns: 100 },
    );
  }, 60_000);

  it("is never emptied by a lost connection or by a registry that starts again without memory", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom("disconnect" as const, "connect" as const, "restart-empty" as const), {
          maxLength: 20,
        }),
        fc.array(fc.constantFrom(1, 499, 3_000), { maxLength: 20 }),
        async (faults, pauses) => {
          const { resolver, apply } = world();
          await apply({ kind: "start", who: 0 });
          await apply({ kind: "wait", ms: 12_000 });
          for (const [index, kind] of faults.entries()) {
            await apply({ kind });
            await apply({ kind: "wait", ms: pauses[index] ?? 1 });
            expect(resolver.instancesOf("quotes").instances).toHaveLength(1);
          }
        },
      ),
      { numRuns: 100 },
    );
  }, 60_000);
});
