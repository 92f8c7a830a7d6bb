import { useEffect, useRef } from "react";
import { useLive } from "../api/use-live.ts";

/** A connection that opens again and again is caught up with no more often. */
const PAUSE_MS = 1_000;

/**
 * Calls after each new connection for live events: when the page is opened, its filters change, the connection was lost,
 * or somebody sees the page again. What happened between the list's answer and this moment has to be asked for. All of
 * the fleet comes first over each connection, which is how it is known.
 */
export function useLiveOpen(active: boolean, onOpen: (signal: AbortSignal) => Promise<unknown>): void {
  const latest = useRef(onOpen);
  latest.current = onOpen;
  const going = useRef<{ readonly stop: AbortController; readonly sinceMs: number } | undefined>(undefined);
  useEffect(() => () => going.current?.stop.abort(), []);
  useLive(
    active ? ["fleet"] : [],
    {},
    {
      instances: ({ all }) => {
        const nowMs = performance.now();
        if (!all || nowMs - (going.current?.sinceMs ?? -PAUSE_MS) < PAUSE_MS) return;
        going.current?.stop.abort();
        const stop = new AbortController();
        going.current = { stop, sinceMs: nowMs };
        // What fails now is tried again with the next connection.
        latest.current(stop.signal).catch(() => {});
      },
    },
  );
}
