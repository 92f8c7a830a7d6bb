/** A reply that can be kept: its body is in memory. */
export interface StoredReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Uint8Array | undefined;
}

/** What is known about a key when a request with it arrives. */
export type Claim =
  /** Nothing: the request may begin, and must end in `complete` or `release`. */
  | { readonly kind: "begun" }
  | { readonly kind: "running" }
  | { readonly kind: "completed"; readonly reply: StoredReply }
  /** The key was used for another request. */
  | { readonly kind: "mismatch" }
  /** As many requests as the store holds are running. */
  | { readonly kind: "full" };

/**
 * The first answers of requests with an `Idempotency-Key`. The embedded one is the memory of one instance: it knows
 * nothing of what another instance answered. One store for all instances is a matter of an adapter.
 */
export interface IdempotencyStore {
  /** @param nowMs Unix ms: an adapter's clock is another machine's. */
  readonly begin: (key: string, fingerprint: string, nowMs: number) => Claim | Promise<Claim>;
  readonly complete: (key: string, reply: StoredReply, nowMs: number) => void | Promise<void>;
  /** Forgets a request that was not processed. */
  readonly release: (key: string) => void | Promise<void>;
}

export interface MemoryIdempotencyOptions {
  /** Keys kept, running ones included, 1 or more. Default 10 000. */
  readonly entriesMax: number;
  /** All kept answers together, in bytes. Default 67 108 864. */
  readonly bytesMax: number;
  /** How long an answer is kept, in ms. Default 86 400 000: as long as a client may sensibly try again. */
  readonly keepMs: number;
}

export const MEMORY_IDEMPOTENCY_DEFAULTS: MemoryIdempotencyOptions = Object.freeze({
  entriesMax: 10_000,
  bytesMax: 64 * 2 ** 20,
  keepMs: 24 * 60 * 60 * 1_000,
});
