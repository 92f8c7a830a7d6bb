import type { RequestDraft } from "../../ui/exchange-send.ts";
import type { OperationValues } from "./operation-values.ts";

/** A request that was sent from here, with what to fill in to send it again. */
export interface SentEntry {
  readonly id: number;
  readonly timeMs: number;
  readonly service: string;
  /** "" for a free request. */
  readonly operation: string;
  readonly method: string;
  readonly target: string;
  readonly status: number;
  readonly durationMs: number;
  readonly traceId: string;
  readonly filled: OperationValues | RequestDraft;
}

export const SENT_MAX = 30;
/** A body that is larger is not worth keeping thirty times. */
const FILLED_CHARS_MAX = 50_000;

/** Adds an entry as the first; the oldest goes. */
export function withSent(history: readonly SentEntry[], entry: Omit<SentEntry, "id">): readonly SentEntry[] {
  if (JSON.stringify(entry.filled).length > FILLED_CHARS_MAX) return history;
  const id = 1 + Math.max(0, ...history.map((one) => one.id));
  return [{ ...entry, id }, ...history].slice(0, SENT_MAX);
}
