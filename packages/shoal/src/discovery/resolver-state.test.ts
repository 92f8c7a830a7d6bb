import { describe, expect, it } from "vitest";
import { sampleInstance } from "../testing/sample-instance.ts";
import type { Instance, Snapshot } from "./instance.ts";
import {
  LAST_RESORT_MAX,
  LAST_RESORT_MS,
  nextExpiryMs,
  type Place,
  RESOLVER_START,
  type ResolverEvent,
  type ResolverState,
  resolverNext,
} from "./resolver-state.ts";

const place: Place = { realm: "local", fallbackRealms: { rates: "staging" } };
const [one, two, three, four] = ["quotes-1", "quotes-2", "quotes-3", "quotes-4"].map((id) => sampleInstance(id)) as [
  Instance,
  Instance,
  Instance,
  Instance,
];

function after(events: readonly ResolverEvent[], nowMs = 0, from: ResolverState = RESOLVER_START): ResolverState {
  return events.reduce((state, event) => resolverNext(state, event, nowMs, place), from);
}
function watched(service: string): ResolverEvent {
  return { kind: "watched", service };
}
function snapshot(instances: readonly Instance[], more: Partial<Snapshot> = {}): ResolverEvent {
  return { kind: "snapshot", snapshot: { revision: 1, instances, services: ["quotes", "rates"], ...more } };
}
function instancesIn(state: ResolverState, service = "quotes"): readonly string[] | undefined {
  const view = state.services.get(service);
  return view?.kind === "pending" ? undefined : view?.instances.map((instance) => instance.id);
}
function removedIn(state: ResolverState, service = "quotes"): readonly string[] {
  const view = state.services.get(service);
  return view?.kind === "heard" ? view.removed.map(({ instance }) => instance.id) : [];
}

describe("resolverNext", () => {
  it("is pending until a snapshot tells of the service", () => {
    const state = after([watched("quotes"), watched("rates"), snapshot([one], { watched: ["quotes"] })]);
    expect(instancesIn(state, "quotes")).toEqual(["quotes-1"]);
    expect(instancesIn(state, "rates")).toBeUndefined();
  });

  it("takes a service that a snapshot is about and does not list as empty", () => {
    expect(instancesIn(after([watched("quotes"), snapshot([])]))).toEqual([]);
  });

  it("keeps every instance when the registry is out of reach, and says since when", () => {
    const state = resolverNext(after([watched("quotes"), snapshot([one, two])]), { kind: "stale" }, 70, place);
    expect(instancesIn(state)).toEqual(["quotes-1", "quotes-2"]);
    expect(state.staleSinceMs).toBe(70);
    expect(resolverNext(state, { kind: "stale" }, 90, place)).toBe(state);
    expect(after([snapshot([one, two])], 99, state).staleSinceMs).toBeUndefined();
  });

  it("returns the same state when a snapshot tells nothing new", () => {
    const state = after([watched("quotes"), snapshot([one, two])]);
    expect(after([snapshot([{ ...one }, two], { revision: 9 })], 1, state)).toBe(state);
  });

  it("takes notice of each thing that a snapshot tells anew", () => {
    const state = after([watched("quotes"), snapshot([one, two])]);
    const moved = { ...two, address: "http://127.0.0.1:9" };
    expect(after([snapshot([one, moved])], 1, state).services.get("quotes")).toMatchObject({ instances: [one, moved] });
    const renamed = after([snapshot([one, two], { services: ["quotes", "orders"] })], 1, state);
    expect(renamed.known).toEqual(["quotes", "orders"]);
    expect(renamed.services.get("quotes")).toBe(state.services.get("quotes"));
    expect(after([snapshot([one, two], { services: ["quotes"] })], 1, state).known).toEqual(["quotes"]);
  });

  it("takes a revision that went back as a fresh start", () => {
    const state = after([watched("quotes"), snapshot([one], { revision: 900 }), snapshot([one, two], { revision: 1 })]);
    expect(instancesIn(state)).toEqual(["quotes-1", "quotes-2"]);
  });

  describe("while the registry is not complete", () => {
    const full = after([watched("quotes"), snapshot([one, two])]);

    it("only adds", () => {
      const state = after([snapshot([three], { complete: false })], 1, full);
      expect(instancesIn(state)).toEqual(["quotes-3", "quotes-1", "quotes-2"]);
      expect(after([snapshot([], { complete: false })], 1, full)).toBe(full); // and makes no last resort of anybody
    });

    it("lists once an instance that has moved", () => {
      const moved = { ...one, address: "http://127.0.0.1:9" };
      const state = after([snapshot([moved], { complete: false })], 1, full);
      expect(instancesIn(state)).toEqual(["quotes-1", "quotes-2"]);
    });

    it("still takes out who is known to have left", () => {
      const state = after([snapshot([], { complete: false, left: ["quotes-1"] })], 1, full);
      expect(instancesIn(state)).toEqual(["quotes-2"]);
    });

    it("still takes out an instance whose address now serves another", () => {
      const heir = sampleInstance("rates-9", { address: one.address });
      expect(instancesIn(after([snapshot([heir], { complete: false })], 1, full))).toEqual(["quotes-2"]);
    });

    it("takes the missing out once it is complete", () => {
      const state = after([snapshot([three], { complete: false }), snapshot([one, two])], 1, full);
      expect(instancesIn(state)).toEqual(["quotes-1", "quotes-2"]);
    });
  });

  describe("a mass removal", () => {
    const four4 = after([watched("quotes"), snapshot([one, two, three, four])]);

    it("keeps what it took out as a last resort", () => {
      const state = after([snapshot([one])], 0, four4);
      expect(instancesIn(state)).toEqual(["quotes-1"]);
      expect(removedIn(state)).toEqual(["quotes-2", "quotes-3", "quotes-4"]);
    });

    it("keeps them until their time is over, whatever else it tells of", () => {
      const state = after([snapshot([one])], 0, four4);
      expect(after([snapshot([one])], 1, state)).toBe(state);
      const other = snapshot([one, sampleInstance("quotes-5")]);
      expect(removedIn(after([other], LAST_RESORT_MS - 1, state))).toEqual(["quotes-2", "quotes-3", "quotes-4"]);
      expect(removedIn(after([other], LAST_RESORT_MS, state))).toEqual([]);
      const left = after([snapshot([one], { left: ["quotes-3"] })], 1, state);
      expect([instancesIn(left), removedIn(left)]).toEqual([["quotes-1"], ["quotes-2", "quotes-4"]]);
    });

    it("is more than half at once: two of four are not", () => {
      expect(removedIn(after([snapshot([one, two])], 0, four4))).toEqual([]);
    });

    it("needs two instances: one of one is not", () => {
      const state = after([watched("quotes"), snapshot([one]), snapshot([])]);
      expect(instancesIn(state)).toEqual([]);
      expect(removedIn(state)).toEqual([]);
    });

    it("does not count those who left by their own word", () => {
      const left = ["quotes-1", "quotes-2", "quotes-3", "quotes-4"];
      expect(removedIn(after([snapshot([], { left })], 0, four4))).toEqual([]);
      expect(removedIn(after([snapshot([one], { left: ["quotes-2"] })], 0, four4))).toEqual(["quotes-3", "quotes-4"]);
    });

    it("forgets an instance that is back, that has left, or whose address serves another", () => {
      const state = after([snapshot([one])], 0, four4);
      const heir = sampleInstance("rates-9", { address: four.address });
      expect(removedIn(after([snapshot([one, two, heir], { left: ["quotes-3"] })], 1, state))).toEqual([]);
    });

    it("keeps no more than its bound", () => {
      const many = Array.from({ length: LAST_RESORT_MAX + 2 }, (_, index) =>
        sampleInstance(`quotes-${index}`, { address: `http://127.0.0.1:${10_000 + index}` }),
      );
      expect(removedIn(after([watched("quotes"), snapshot(many.slice(2)), snapshot([])]))).toHaveLength(
        LAST_RESORT_MAX,
      );
      expect(removedIn(after([watched("quotes"), snapshot(many), snapshot([])]))).toHaveLength(LAST_RESORT_MAX);
    });

    it("is forgotten after 10 min", () => {
      const state = after([snapshot([one])], 5, four4);
      expect(nextExpiryMs(state)).toBe(5 + LAST_RESORT_MS);
      expect(after([{ kind: "expired" }], 4 + LAST_RESORT_MS, state)).toBe(state);
      const later = after([{ kind: "expired" }], 5 + LAST_RESORT_MS, state);
      expect([instancesIn(later), removedIn(later)]).toEqual([["quotes-1"], []]);
      expect(nextExpiryMs(later)).toBeUndefined();
    });
  });

  describe("realms", () => {
    const own = sampleInstance("rates-1");
    const other = sampleInstance("rates-2", { realm: "staging" });

    it("prefers the own realm", () => {
      expect(instancesIn(after([watched("rates"), snapshot([other, own])]), "rates")).toEqual(["rates-1"]);
    });

    it("asks the fallback realm only when the own realm has none", () => {
      const state = after([watched("rates"), snapshot([own, other]), snapshot([other])]);
      expect(instancesIn(state, "rates")).toEqual(["rates-2"]);
      expect(instancesIn(after([snapshot([own, other])], 1, state), "rates")).toEqual(["rates-1"]);
    });

    it("never asks a realm that is not the service's fallback", () => {
      const elsewhere = sampleInstance("rates-9", { realm: "production" });
      expect(instancesIn(after([watched("rates"), snapshot([elsewhere, other])]), "rates")).toEqual(["rates-2"]);
      const stranger = sampleInstance("quotes-9", { realm: "staging" });
      expect(instancesIn(after([watched("quotes"), snapshot([stranger])]))).toEqual([]);
    });

    it("does not keep the fallback's instances as a last resort when the own realm is back", () => {
      const others = [other, sampleInstance("rates-3", { realm: "staging" })];
      const state = after([watched("rates"), snapshot(others), snapshot([...others, own])]);
      expect(instancesIn(state, "rates")).toEqual(["rates-1"]);
      expect(removedIn(state, "rates")).toEqual([]);
    });
  });

  describe("a set from disk", () => {
    const set = { savedWallMs: 0, instances: [one], services: ["quotes"] };

    it("serves a service that nothing was heard of, and no other", () => {
      const state = after([watched("rates"), watched("quotes"), { kind: "restored", set }], 40);
      expect(state.services.get("quotes")).toEqual({ kind: "restored", instances: [one], sinceMs: 40 });
      expect(instancesIn(state, "rates")).toBeUndefined();
    });

    it("never replaces what was heard", () => {
      const state = after([watched("quotes"), snapshot([two])]);
      expect(after([{ kind: "restored", set }], 1, state)).toBe(state);
      const both = after(
        [watched("rates"), { kind: "restored", set: { ...set, instances: [one, sampleInstance("rates-1")] } }],
        1,
        state,
      );
      expect(instancesIn(both, "rates")).toEqual(["rates-1"]);
      expect(both.known).toEqual(["quotes", "rates"]);
    });

    it("tells which services there were while nothing else does", () => {
      expect(after([watched("quotes"), { kind: "restored", set }]).known).toEqual(["quotes"]);
      const nothingToServe = after([watched("orders")]);
      expect(after([{ kind: "restored", set }], 1, nothingToServe)).toBe(nothingToServe);
    });

    it("does not expire", () => {
      const state = after([watched("quotes"), watched("rates"), { kind: "restored", set }]);
      expect(after([{ kind: "expired" }], 1e9, state)).toBe(state);
      expect(nextExpiryMs(state)).toBeUndefined();
    });

    it("is dropped at the first word of the registry, complete or not: it may be of an earlier run", () => {
      const state = after([watched("quotes"), { kind: "restored", set }, snapshot([two], { complete: false })]);
      expect(instancesIn(state)).toEqual(["quotes-2"]);
    });
  });
});
