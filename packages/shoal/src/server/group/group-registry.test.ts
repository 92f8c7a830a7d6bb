import { expect, it } from "vitest";
import type { Snapshot } from "../../discovery/instance.ts";
import type { WatchEvents } from "../../discovery/port.ts";
import { groupRegistry } from "./group-registry.ts";

it("tells its watchers all until it is frozen, and then nothing more", () => {
  let events: WatchEvents | undefined;
  const heard: unknown[] = [];
  const registry = groupRegistry({
    register: () => ({ leave: async () => {} }),
    watch(given) {
      events = given;
      return { add() {}, close() {} };
    },
  });
  registry.watch({ onSnapshot: (snapshot) => heard.push(snapshot), onStale: (reason) => heard.push(reason) });
  const snapshot: Snapshot = { revision: 1, instances: [], services: [] };
  events?.onSnapshot(snapshot);
  events?.onStale("gone");
  registry.freeze();
  events?.onSnapshot(snapshot);
  events?.onStale("gone again");
  expect(heard).toEqual([snapshot, "gone"]);
});
