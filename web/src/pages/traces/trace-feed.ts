import type { TraceSummary } from "../../api/types.ts";

/** Traces that came since the page was opened, by id: shown, and held back while the reader looks elsewhere. */
export interface TraceFeed {
  readonly shown: ReadonlyMap<string, TraceSummary>;
  readonly waiting: ReadonlyMap<string, TraceSummary>;
  /** That the control plane did not tell because they came too fast; they are in the history. */
  readonly dropped: number;
}

export const EMPTY_FEED: TraceFeed = Object.freeze({ shown: new Map(), waiting: new Map(), dropped: 0 });

/** Older ones come from the history again. */
export const FEED_MAX = 2_000;

/** What came; one that is on the screen already (`isShown`) changes there at once, with its new spans. */
export function receive(
  feed: TraceFeed,
  batch: { readonly traces: readonly TraceSummary[]; readonly dropped: number },
  hold: boolean,
  isShown: (id: string) => boolean,
): TraceFeed {
  const shown = new Map(feed.shown);
  const waiting = new Map(feed.waiting);
  for (const trace of batch.traces) {
    const { traceId } = trace;
    if (hold && !shown.has(traceId) && !isShown(traceId)) waiting.set(traceId, trace);
    else shown.set(traceId, trace);
  }
  return { shown: lastOf(shown), waiting: lastOf(waiting), dropped: feed.dropped + batch.dropped };
}

/** Shows what was held back. */
export function release(feed: TraceFeed): TraceFeed {
  if (feed.waiting.size === 0) return feed;
  return { ...feed, shown: lastOf(new Map([...feed.shown, ...feed.waiting])), waiting: new Map() };
}

/** What came and what was there, each once, the newest first. What came later knows more spans. */
export function mergedTraces(
  live: ReadonlyMap<string, TraceSummary>,
  stored: readonly TraceSummary[],
): readonly TraceSummary[] {
  const byId = new Map(stored.map((trace) => [trace.traceId, trace]));
  for (const [id, trace] of live) {
    if ((byId.get(id)?.spans ?? 0) <= trace.spans) byId.set(id, trace);
  }
  return [...byId.values()].sort((left, right) => right.startMs - left.startMs);
}

function lastOf(traces: ReadonlyMap<string, TraceSummary>): ReadonlyMap<string, TraceSummary> {
  return traces.size > FEED_MAX ? new Map([...traces].slice(-FEED_MAX)) : traces;
}
