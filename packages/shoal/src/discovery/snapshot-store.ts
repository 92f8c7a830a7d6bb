import type { Instance } from "./instance.ts";

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
