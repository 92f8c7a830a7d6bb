import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { control } from "../../api/control.ts";
import { useLive } from "../../api/use-live.ts";
import { useLiveOpen } from "../../ui/log-live-open.ts";
import { EMPTY_FEED, mergedTraces, receive, release } from "./trace-feed.ts";
import { isLiveQuery, isToldLive, type TracesQuery } from "./traces-query.ts";

const PAGE_ROWS = 100;
/** How often the list is asked for anew when live events cannot tell what belongs to it. */
const POLL_MS = 3_000;

/**
 * The traces that a query asks for: those of the history, page by page, and those that happen now.
 * @param hold Keeps new ones back until `showNew`, so that nothing moves below the reader's eyes.
 */
export function useTraces(query: TracesQuery, hold: boolean) {
  const [feed, setFeed] = useState(EMPTY_FEED);
  const key = JSON.stringify(query);
  const isLive = isLiveQuery(query);
  const isTold = isToldLive(query);
  const pages = useInfiniteQuery({
    queryKey: ["traces", key],
    queryFn: ({ signal, pageParam }) =>
      control.listTraces({ query: { ...query, limit: PAGE_ROWS, ...(pageParam && { cursor: pageParam }) } }, signal),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
    refetchInterval: isLive && !isTold && !hold ? POLL_MS : false,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another query begins anew
  useEffect(() => setFeed(EMPTY_FEED), [key]);
  const stored = useMemo(() => pages.data?.pages.flatMap(({ traces }) => traces) ?? [], [pages.data]);
  const storedIds = useMemo(() => new Set(stored.map(({ traceId }) => traceId)), [stored]);
  useLive(
    isTold ? ["traces"] : [],
    { ...query },
    { traces: (batch) => setFeed((before) => receive(before, batch, hold, (id) => storedIds.has(id))) },
  );
  useLiveOpen(isLive, () => pages.refetch());
  const traces = useMemo(() => mergedTraces(feed.shown, stored), [feed.shown, stored]);
  return {
    traces,
    isLive,
    waiting: feed.waiting.size,
    dropped: feed.dropped,
    showNew: () => setFeed(release),
    isPending: pages.isPending,
    /** What is shown is of the filters before. */
    isStale: pages.isPlaceholderData,
    error: pages.error,
    more: () => {
      if (pages.hasNextPage && !pages.isFetching) void pages.fetchNextPage();
    },
    retry: () => void pages.refetch(),
  };
}
