import type { Instance } from "../../discovery/instance.ts";

/** Where the registry outlives the control plane's process. Either function may throw: the registry runs on without. */
export interface RegistryStore {
  /** The instances saved last; empty when there is nothing. */
  readonly load: () => readonly Instance[];
  /** Replaces what was saved with the whole set. */
  readonly save: (instances: readonly Instance[]) => void;
}

/** Keeps the instances as long as the object lives. */
export function memoryRegistryStore(instances: readonly Instance[] = []): RegistryStore {
  let saved = instances;
  return {
    load: () => saved,
    save: (next) => {
      saved = [...next];
    },
  };
}
