import { checkDurationMs, checkInteger, withDefaults } from "../core/options.ts";
import {
  type Claim,
  type IdempotencyStore,
  MEMORY_IDEMPOTENCY_DEFAULTS,
  type MemoryIdempotencyOptions,
  type StoredReply,
} from "./idempotency-store.ts";

/** A store in this process's memory. */
export interface MemoryIdempotencyStore extends IdempotencyStore {
  readonly begin: (key: string, fingerprint: string, nowMs: number) => Claim;
  readonly complete: (key: string, reply: StoredReply, nowMs: number) => void;
  readonly release: (key: string) => void;
  readonly size: () => number;
  readonly bytes: () => number;
  /** Answers dropped before their time because the store was full. */
  readonly evicted: () => number;
}

interface Running {
  readonly fingerprint: string;
  readonly sinceMs: number;
}

interface Completed extends Running {
  readonly reply: StoredReply;
  readonly bytes: number;
}

/** What a key costs beside its reply: two Map entries and three objects, roughly. */
const ENTRY_BYTES = 512;

/**
 * A bounded store in memory. A full one drops the oldest answer; one that is full of running requests takes no more,
 * for to forget one of those would be to do its work twice. Throws OPTION_INVALID.
 */
export function createMemoryIdempotencyStore(given?: Partial<MemoryIdempotencyOptions>): MemoryIdempotencyStore {
  const { entriesMax, bytesMax, keepMs } = withDefaults(MEMORY_IDEMPOTENCY_DEFAULTS, given);
  checkInteger("entriesMax", entriesMax, 1);
  checkInteger("bytesMax", bytesMax, 0);
  checkDurationMs("keepMs", keepMs, 1);
  const running = new Map<string, Running>();
  /** In order of completion, oldest first. */
  const completed = new Map<string, Completed>();
  let bytes = 0;
  let evicted = 0;

  const drop = (key: string, entry: Completed) => {
    completed.delete(key);
    bytes -= entry.bytes;
  };
  const dropExpired = (nowMs: number) => {
    for (const [key, entry] of completed) {
      if (nowMs - entry.sinceMs < keepMs) break;
      drop(key, entry);
    }
    for (const [key, entry] of running) {
      if (nowMs - entry.sinceMs < keepMs) break;
      running.delete(key);
    }
  };
  /** Drops the oldest answers until `entries` and `extra` bytes more fit, or none is left. */
  const makeRoom = (entries: number, extraBytes: number) => {
    for (const [key, entry] of completed) {
      if (running.size + completed.size + entries <= entriesMax && bytes + extraBytes <= bytesMax) return;
      drop(key, entry);
      evicted += 1;
    }
  };

  return {
    begin(key, fingerprint, nowMs): Claim {
      dropExpired(nowMs);
      const done = completed.get(key);
      const entry = done ?? running.get(key);
      if (entry && entry.fingerprint !== fingerprint) return { kind: "mismatch" };
      if (done) return { kind: "completed", reply: done.reply };
      if (entry) return { kind: "running" };
      if (running.size >= entriesMax) return { kind: "full" };
      makeRoom(1, 0);
      running.set(key, { fingerprint, sinceMs: nowMs });
      return { kind: "begun" };
    },
    complete(key, reply, nowMs) {
      const entry = running.get(key);
      if (!entry) return; // it ran for longer than an answer is kept
      running.delete(key);
      const size = sizeOf(key, reply);
      makeRoom(1, size);
      if (bytes + size > bytesMax) {
        evicted += 1; // larger than the whole store
        return;
      }
      bytes += size;
      completed.set(key, { fingerprint: entry.fingerprint, sinceMs: nowMs, reply, bytes: size });
    },
    release: (key) => void running.delete(key),
    size: () => running.size + completed.size,
    bytes: () => bytes,
    evicted: () => evicted,
  };
}

function sizeOf(key: string, reply: StoredReply): number {
  return ENTRY_BYTES + 2 * key.length + JSON.stringify(reply.headers).length + (reply.body?.byteLength ?? 0);
}
