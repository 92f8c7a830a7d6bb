import type { Clock } from "../../core/clock.ts";
import type { Log } from "../../core/log.ts";
import type { Instance } from "../../discovery/instance.ts";
import type { RegistryStore } from "../registry/store.ts";
import { createDatabaseKeeper, type DatabaseFile, type DatabaseKeeper } from "./database-keeper.ts";
import { replaceInstances, selectInstances } from "./instance-rows.ts";
import { CONTROL_MIGRATIONS } from "./schema.ts";
import { type OpenDatabase, openSqlite } from "./sqlite.ts";

/** What the control plane knows that outlives its process. */
export interface Store {
  readonly registry: RegistryStore;
  /** What is wrong with the disk, or was repaired; for people. */
  readonly warnings: () => readonly string[];
  /** Writes what is waiting, if it can, and closes the file. */
  readonly close: () => void;
}

export interface StoreParts {
  readonly log: Log;
  readonly clock: Clock;
  /** Default: node:sqlite. */
  readonly open?: OpenDatabase;
}

const CONTROL_FILE: DatabaseFile = {
  name: "control.db",
  migrations: CONTROL_MIGRATIONS,
  contents: "instances",
  meanwhile: "the registry is in memory only",
};

/**
 * Opens `control.db` in a folder, made when absent. What is written is on disk when the function returns, so that the
 * death of the process loses nothing that was acknowledged; while the disk fails everything goes on in memory, with a
 * warning. Never throws.
 */
export function openStore(folder: string, parts: StoreParts): Store {
  const keeper = createDatabaseKeeper({
    folder,
    file: CONTROL_FILE,
    clock: parts.clock,
    log: parts.log,
    open: parts.open ?? openSqlite,
    onRecovered: () => registry.flush(),
  });
  const registry = registryRows(keeper, parts.log);
  return {
    registry,
    warnings: keeper.warnings,
    close() {
      registry.flush();
      keeper.close();
    },
  };
}

function registryRows(keeper: DatabaseKeeper, log: Log): RegistryStore & { readonly flush: () => void } {
  let waiting: readonly Instance[] | undefined;
  let known: ReadonlyMap<string, string> | undefined;
  let knownGeneration = -1;
  const flush = () => {
    if (waiting === undefined) return;
    const wanted = waiting;
    const done = keeper.run((database) => {
      const before = keeper.generation() === knownGeneration ? known : undefined;
      return replaceInstances(database, before, wanted);
    });
    if (!done.ok) return;
    known = done.value;
    knownGeneration = keeper.generation();
    waiting = undefined;
  };
  return {
    load() {
      const read = keeper.run((database) => selectInstances(database, log));
      return read.ok ? read.value : [];
    },
    save(instances) {
      waiting = instances;
      flush();
    },
    flush,
  };
}
