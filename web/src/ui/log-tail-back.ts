import { useEffect, useRef } from "react";
import { useLiveState } from "../api/use-live.ts";

/** The new connection may need a moment after the page is seen again. */
const SETTLE_MS = 400;

/** Calls when live events come again after they did not: the connection was lost, or nobody could see the page. */
export function useBackLive(active: boolean, onBack: (signal: AbortSignal) => Promise<void>): void {
  const live = useLiveState();
  const latest = useRef(onBack);
  latest.current = onBack;
  const wasLost = useRef(false);
  useEffect(() => {
    if (live === "lost") wasLost.current = true;
    if (live !== "live" || !wasLost.current || !active) return;
    wasLost.current = false;
    return begin(latest.current);
  }, [live, active]);
  useEffect(() => {
    if (!active) return;
    let stop: (() => void) | undefined;
    const onVisible = () => {
      stop?.();
      if (!document.hidden) stop = begin(latest.current);
    };
    document.addEventListener("visibilitychange", onVisible);
    return () => {
      document.removeEventListener("visibilitychange", onVisible);
      stop?.();
    };
  }, [active]);
}

function begin(onBack: (signal: AbortSignal) => Promise<void>): () => void {
  const stop = new AbortController();
  const timer = setTimeout(() => {
    // What fails now is tried again when the connection is back the next time.
    onBack(stop.signal).catch(() => {});
  }, SETTLE_MS);
  return () => {
    clearTimeout(timer);
    stop.abort();
  };
}
