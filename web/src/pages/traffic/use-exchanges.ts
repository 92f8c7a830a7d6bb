import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { control } from "../../api/control.ts";
import { useLive, useLiveState } from "../../api/use-live.ts";
import { EMPTY_FEED, merged, receive, release } from "./exchange-feed.ts";
import { type ExchangeQuery, isLiveQuery } from "./exchange-query.ts";

const PAGE_ROWS = 200;

/**
 * The exchanges that a query asks for: those of the history, page by page, and those that happen now.
 * @param hold Keeps new ones back until `showNew`, so that nothing moves below the reader's eyes.
 */
export function useExchanges(query: ExchangeQuery, hold: boolean) {
  const [feed, setFeed] = useState(EMPTY_FEED);
  const key = JSON.stringify(query);
  const pages = useInfiniteQuery({
    queryKey: ["exchanges", key],
    queryFn: ({ signal, pageParam }) =>
      control.listExchanges({ query: { ...query, limit: PAGE_ROWS, ...(pageParam && { cursor: pageParam }) } }, signal),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another query begins anew
  useEffect(() => setFeed(EMPTY_FEED), [key]);
  useEffect(() => {
    if (!hold) setFeed(release);
  }, [hold]);
  const isLive = isLiveQuery(query);
  useLive(
    isLive ? ["exchanges"] : [],
    { ...query },
    {
      exchanges: (batch) => setFeed((before) => receive(before, batch, hold)),
    },
  );
  useMissed(isLive, pages.refetch);

  const stored = pages.data?.pages;
  const rows = useMemo(() => merged(feed.shown, stored?.flatMap(({ exchanges }) => exchanges) ?? []), [feed, stored]);
  return {
    rows,
    isLive,
    newRows: feed.waiting.length,
    dropped: feed.dropped,
    showNew: () => setFeed(release),
    loading: pages.isPending,
    error: pages.error,
    more: () => {
      if (pages.hasNextPage && !pages.isFetching) void pages.fetchNextPage();
    },
    refresh: () => void pages.refetch(),
  };
}

/** What happened while the connection was lost, or while nobody saw the page, is asked for. */
function useMissed(isLive: boolean, refetch: () => unknown): void {
  const state = useLiveState();
  useEffect(() => {
    if (!isLive || state !== "live") return;
    void refetch();
    const onSeen = () => {
      if (!document.hidden) void refetch();
    };
    document.addEventListener("visibilitychange", onSeen);
    return () => document.removeEventListener("visibilitychange", onSeen);
  }, [isLive, state, refetch]);
}
