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
  const isLooking = useFurther(pages, query.body !== undefined);
  const rows = useMemo(() => merged(feed.shown, stored?.flatMap(({ exchanges }) => exchanges) ?? []), [feed, stored]);
  return {
    rows,
    isLive,
    newRows: feed.waiting.length,
    dropped: feed.dropped,
    showNew: () => setFeed(release),
    loading: pages.isPending,
    /** Older bodies are being looked into. */
    isLooking,
    error: pages.error,
    more: () => {
      if (pages.hasNextPage && !pages.isFetching) void pages.fetchNextPage();
    },
    refresh: () => void pages.refetch(),
  };
}

/** Pages looked into by itself: a search in bodies gives short ones, or empty ones. */
const PAGES_FURTHER_MAX = 100;
/** Enough for a screen. */
const ROWS_ENOUGH = 40;

interface Pages {
  readonly data: { readonly pages: readonly { readonly exchanges: readonly unknown[] }[] } | undefined;
  readonly hasNextPage: boolean;
  readonly isFetching: boolean;
  readonly isError: boolean;
  readonly fetchNextPage: () => Promise<unknown>;
}

/** Goes on until there is enough to see, where a page does not tell how much there is; whether it still does. */
function useFurther({ data, hasNextPage, isFetching, isError, fetchNextPage }: Pages, applies: boolean): boolean {
  const count = data?.pages.reduce((sum, { exchanges }) => sum + exchanges.length, 0) ?? 0;
  const looked = data?.pages.length ?? 0;
  const goesOn = applies && hasNextPage && !isError && count < ROWS_ENOUGH && looked < PAGES_FURTHER_MAX;
  useEffect(() => {
    if (goesOn && !isFetching) void fetchNextPage();
  }, [goesOn, isFetching, fetchNextPage]);
  return goesOn;
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
