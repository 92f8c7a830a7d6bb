import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Cancel, Clock } from "../core/clock.ts";
import { messageOf } from "../core/errors.ts";
import { parseJson } from "../core/json.ts";
import type { Log } from "../core/log.ts";
import type { Identity } from "./identity.ts";
import type { Instance } from "./instance.ts";
import { snapshotIn } from "./instance-check.ts";

/** What is kept for a cold start. */
export interface StoredSet {
  /** Unix ms of the moment it was known good. */
  readonly savedWallMs: number;
  readonly instances: readonly Instance[];
  readonly services: readonly string[];
}

/** Where the last known good set outlives the process. Nothing here throws or rejects. */
export interface SnapshotStore {
  /** What was saved last, or undefined. */
  readonly load: () => Promise<StoredSet | undefined>;
  /** Saves soon; a later call within the pause replaces it. */
  readonly save: (set: StoredSet) => void;
  /** Writes what waits, then saves no more. */
  readonly close: () => Promise<void>;
}

export interface SnapshotStoreOptions {
  /** A folder of the process's user; made when absent. Files go to its `resolvers` folder. */
  readonly stateFolder: string;
  readonly identity: Pick<Identity, "realm" | "service">;
  readonly clock: Clock;
  readonly log: Log;
}

/** Pause between a change and its writing, in ms: a starting fleet changes many times in one second. */
export const SAVE_DELAY_MS = 500;
/** A file over this is neither written nor read: 10 000 instances take about 2 MB. */
export const STORED_BYTES_MAX = 8 * 1_024 * 1_024;

/** Counts the temporary names of this process, so that two stores of one service never share one. */
let temporaries = 0;

/**
 * Keeps the set in `STATE/resolvers/REALM-SERVICE.json`, shared by the instances of a service (they know the same).
 * Written beside and renamed, so a reader sees one whole version. Any failure is a warning in the log, once a kind.
 */
export function fileSnapshotStore({ stateFolder, identity, clock, log }: SnapshotStoreOptions): SnapshotStore {
  const folder = join(stateFolder, "resolvers");
  const file = join(folder, `${identity.realm}-${identity.service || "process"}.json`);
  let waiting: StoredSet | undefined;
  let cancelSave: Cancel | undefined;
  let writing: Promise<void> = Promise.resolve();
  let closed = false;
  const warned = new Set<string>();

  const warn = (message: string, cause: unknown) => {
    if (warned.has(message)) return;
    warned.add(message);
    log.warn(message, { file, reason: messageOf(cause) });
  };
  const write = () => {
    const set = waiting;
    waiting = undefined;
    cancelSave = undefined;
    if (!set) return;
    writing = writing
      .then(() => writeAtomically(folder, file, set))
      .catch((cause: unknown) => warn("cannot keep the last known instances on disk", cause));
  };

  return {
    async load() {
      try {
        return await read(file);
      } catch (cause) {
        warn("cannot use the last known instances on disk", cause);
        return undefined;
      }
    },
    save(set) {
      if (closed) return;
      waiting = set;
      cancelSave ??= clock.after(SAVE_DELAY_MS, write);
    },
    async close() {
      closed = true;
      cancelSave?.();
      write();
      await writing;
    },
  };
}

async function writeAtomically(folder: string, file: string, set: StoredSet): Promise<void> {
  const text = JSON.stringify({ version: 1, ...set });
  if (Buffer.byteLength(text) > STORED_BYTES_MAX) throw new Error(`the set is over ${STORED_BYTES_MAX} bytes`);
  await mkdir(folder, { recursive: true });
  const temporary = `${file}.${process.pid}-${temporaries++}.tmp`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw cause;
  }
}

async function read(file: string): Promise<StoredSet | undefined> {
  const { size } = await stat(file).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") return { size: undefined };
    throw cause;
  });
  if (size === undefined) return undefined;
  if (size > STORED_BYTES_MAX) throw new Error(`the file is over ${STORED_BYTES_MAX} bytes`);
  const document = parseJson(await readFile(file, "utf8")) as Readonly<Record<string, unknown>> | null;
  const savedWallMs = document?.["savedWallMs"];
  const snapshot = snapshotIn({ ...document, revision: 0 });
  if (document?.["version"] !== 1 || typeof savedWallMs !== "number" || !snapshot) {
    throw new Error("the file holds something else");
  }
  return { savedWallMs, instances: snapshot.instances, services: snapshot.services };
}
