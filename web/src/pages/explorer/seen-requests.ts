import type { ExchangeSummary } from "../../api/types.ts";
import { targetOf } from "../../ui/exchange-parties.ts";

/** One request of each kind that was recorded. */
export interface SeenRequest {
  /** Of the exchange, the newest of its kind that succeeded, or else the newest. */
  readonly id: string;
  readonly method: string;
  /** With "…" for parts that are ids. */
  readonly path: string;
}

const SEEN_MAX = 40;
/** Numbers, UUIDs, and long words with digits: they name one thing among many. */
const ID = /^(\d+|[0-9a-f-]{16,}|(?=.*\d)[\w.~-]{12,})$/i;

/** The kinds of requests in what was recorded, newest first, in order of path and method. */
export function seenRequests(exchanges: readonly ExchangeSummary[]): readonly SeenRequest[] {
  const kinds = new Map<string, { readonly seen: SeenRequest; readonly isGood: boolean }>();
  for (const { id, method, url, status } of exchanges) {
    const path = kindOf(url);
    const key = `${path} ${method}`;
    const isGood = status > 0 && status < 400;
    const before = kinds.get(key);
    if (before === undefined || (isGood && !before.isGood)) kinds.set(key, { seen: { id, method, path }, isGood });
  }
  return [...kinds]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .slice(0, SEEN_MAX)
    .map(([, { seen }]) => seen);
}

function kindOf(url: string): string {
  const path = targetOf(url).split("?", 1)[0] ?? "/";
  return path
    .split("/")
    .map((part) => (ID.test(part) ? "…" : part))
    .join("/");
}
