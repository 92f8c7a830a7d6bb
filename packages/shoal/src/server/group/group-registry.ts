import type { Registry } from "../../discovery/port.ts";

/** A registry that can stop telling its watchers anything new. */
export interface GroupRegistry extends Registry {
  readonly freeze: () => void;
}

/**
 * The registry of the services of a process that drains them all together: each has left it by then, but until the last
 * request is answered they go on finding each other.
 */
export function groupRegistry(registry: Registry): GroupRegistry {
  let frozen = false;
  return {
    register: registry.register,
    watch: (events) =>
      registry.watch({
        onSnapshot: (snapshot) => frozen || events.onSnapshot(snapshot),
        onStale: (reason) => frozen || events.onStale(reason),
      }),
    freeze() {
      frozen = true;
    },
  };
}
