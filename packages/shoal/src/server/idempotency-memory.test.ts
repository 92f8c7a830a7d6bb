import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createMemoryIdempotencyStore } from "./idempotency-memory.ts";

const reply = (bytes = 0) => ({ status: 200, headers: {}, body: new Uint8Array(bytes) });
const DAY_MS = 24 * 60 * 60 * 1_000;

describe("createMemoryIdempotencyStore", () => {
  it("knows a key as begun, running and completed in turn", () => {
    const store = createMemoryIdempotencyStore();
    expect(store.begin("k", "f", 0)).toEqual({ kind: "begun" });
    expect(store.begin("k", "f", 1)).toEqual({ kind: "running" });
    store.complete("k", reply(3), 2);
    expect(store.begin("k", "f", 3)).toEqual({ kind: "completed", reply: reply(3) });
  });

  it("refuses a key for another request, running or completed", () => {
    const store = createMemoryIdempotencyStore();
    store.begin("k", "f", 0);
    expect(store.begin("k", "g", 0)).toEqual({ kind: "mismatch" });
    store.complete("k", reply(), 0);
    expect(store.begin("k", "g", 0)).toEqual({ kind: "mismatch" });
  });

  it("forgets a released key", () => {
    const store = createMemoryIdempotencyStore();
    store.begin("k", "f", 0);
    store.release("k");
    expect([store.begin("k", "g", 0), store.size()]).toEqual([{ kind: "begun" }, 1]);
  });

  it("keeps an answer for a day from its completion, and not a millisecond longer", () => {
    const store = createMemoryIdempotencyStore();
    store.begin("k", "f", 0);
    store.complete("k", reply(), 100);
    expect(store.begin("k", "f", 100 + DAY_MS - 1)).toMatchObject({ kind: "completed" });
    expect(store.begin("k", "f", 100 + DAY_MS)).toEqual({ kind: "begun" });
    expect(store.evicted()).toBe(0);
  });

  it("does not keep a running key for ever either: its handler may be hung", () => {
    const store = createMemoryIdempotencyStore();
    store.begin("k", "f", 0);
    expect(store.begin("k", "f", DAY_MS)).toEqual({ kind: "begun" });
    store.complete("gone", reply(), DAY_MS);
    expect(store.size()).toBe(1);
  });

  it("drops the oldest answer when the number is reached, and counts it", () => {
    const store = createMemoryIdempotencyStore({ entriesMax: 2 });
    for (const key of ["a", "b", "c"]) {
      store.begin(key, "f", 0);
      store.complete(key, reply(), 0);
    }
    expect([store.size(), store.evicted()]).toEqual([2, 1]);
    expect(store.begin("b", "f", 0)).toMatchObject({ kind: "completed" });
    expect(store.begin("a", "f", 0)).toEqual({ kind: "begun" });
  });

  it("drops the oldest answers when the bytes are reached", () => {
    const store = createMemoryIdempotencyStore({ bytesMax: 4_000 });
    for (const key of ["a", "b", "c"]) {
      store.begin(key, "f", 0);
      store.complete(key, reply(1_000), 0);
    }
    expect(store.bytes()).toBeLessThanOrEqual(4_000);
    expect(store.begin("a", "f", 0)).toEqual({ kind: "begun" });
    expect(store.begin("c", "f", 0)).toMatchObject({ kind: "completed" });
  });

  it("cannot keep an answer larger than itself, and counts that as dropped", () => {
    const store = createMemoryIdempotencyStore({ bytesMax: 1_000 });
    store.begin("k", "f", 0);
    store.complete("k", reply(1_001), 0);
    expect([store.size(), store.bytes(), store.evicted()]).toEqual([0, 0, 1]);
  });

  it("takes no more keys when all it holds are running: to forget one would be to do its work twice", () => {
    const store = createMemoryIdempotencyStore({ entriesMax: 2 });
    store.begin("a", "f", 0);
    store.begin("b", "f", 0);
    expect(store.begin("c", "f", 0)).toEqual({ kind: "full" });
    expect(store.begin("a", "f", 0)).toEqual({ kind: "running" });
  });

  it.each([{ entriesMax: 0 }, { entriesMax: 1.5 }, { bytesMax: -1 }, { keepMs: 0 }])("refuses %j", (options) => {
    expect(() => createMemoryIdempotencyStore(options)).toThrow("[OPTION_INVALID]");
  });

  it("stays within its bounds, and never answers for a request that has not completed", () => {
    const step = fc.record({
      kind: fc.constantFrom<keyof typeof take>("begin", "complete", "release", "idle"),
      key: fc.constantFrom("a", "b", "c", "d", "e"),
      size: fc.constantFrom(0, 100, 5_000),
      idleMs: fc.constantFrom(0, 1, 999, 1_000, 10 ** 9),
    });
    let store = createMemoryIdempotencyStore();
    let completed = new Set<string>();
    let nowMs = 0;
    const take = {
      idle: (_: string, _size: number, idleMs: number) => {
        nowMs += idleMs;
      },
      release: (key: string) => store.release(key),
      complete(key: string, size: number) {
        store.complete(key, reply(size), nowMs);
        completed.add(key);
      },
      begin(key: string) {
        if (store.begin(key, "f", nowMs).kind === "completed") expect(completed.has(key)).toBe(true);
      },
    };
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        store = createMemoryIdempotencyStore({ entriesMax: 3, bytesMax: 4_000, keepMs: 1_000 });
        completed = new Set();
        nowMs = 0;
        for (const { kind, key, size, idleMs } of steps) {
          take[kind](key, size, idleMs);
          expect(store.size()).toBeLessThanOrEqual(3);
          expect(store.bytes()).toBeLessThanOrEqual(4_000);
          expect(store.bytes()).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});
