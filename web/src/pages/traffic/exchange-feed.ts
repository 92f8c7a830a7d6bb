import type { ExchangeSummary } from "../../api/types.ts";

/** What came since the page was opened: shown, and held back while the reader looks elsewhere. */
export interface ExchangeFeed {
  readonly shown: readonly ExchangeSummary[];
  readonly waiting: readonly ExchangeSummary[];
  /** Not shown and not kept: too many came, or the control plane sent fewer. They are in the history. */
  readonly dropped: number;
}

export const EMPTY_FEED: ExchangeFeed = Object.freeze({ shown: [], waiting: [], dropped: 0 });

/** Older ones come from the history again. */
export const FEED_MAX = 2_000;

interface Batch {
  readonly exchanges: readonly ExchangeSummary[];
  readonly dropped: number;
}

/** Takes in a batch; `hold` keeps it from the screen. */
export function receive(feed: ExchangeFeed, { exchanges, dropped }: Batch, hold: boolean): ExchangeFeed {
  const key = hold ? "waiting" : "shown";
  const all = [...exchanges].reverse().concat(feed[key]);
  const lost = dropped + Math.max(0, all.length - FEED_MAX);
  return { ...feed, [key]: all.slice(0, FEED_MAX), dropped: feed.dropped + lost };
}

/** Shows what was held back. */
export function release(feed: ExchangeFeed): ExchangeFeed {
  if (feed.waiting.length === 0) return feed;
  return { ...feed, shown: [...feed.waiting, ...feed.shown].slice(0, FEED_MAX), waiting: [] };
}

/** One list of what came and what was there, each once, the newest first. */
export function merged(
  live: readonly ExchangeSummary[],
  stored: readonly ExchangeSummary[],
): readonly ExchangeSummary[] {
  const byId = new Map<string, ExchangeSummary>();
  for (const exchange of [...live, ...stored]) byId.set(exchange.id, exchange);
  return [...byId.values()].sort((left, right) => right.startMs - left.startMs);
}
