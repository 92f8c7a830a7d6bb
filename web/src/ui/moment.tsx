import { useSyncExternalStore } from "react";
import { formatAgo, formatFull, formatMoment, isMoment } from "../format/time.ts";

/** "14:03:22.123", with date and zone on hover. */
export function Moment({ timeMs }: { readonly timeMs: number }) {
  return (
    <time {...dateTimeOf(timeMs)} title={formatFull(timeMs)}>
      {formatMoment(timeMs)}
    </time>
  );
}

/** "12 s ago", kept right by one timer for the whole page. */
export function Ago({ timeMs }: { readonly timeMs: number }) {
  const text = useEachSecond((nowMs) => formatAgo(timeMs, nowMs));
  return (
    <time {...dateTimeOf(timeMs)} title={formatFull(timeMs)}>
      {text}
    </time>
  );
}

function dateTimeOf(timeMs: number): { readonly dateTime?: string } {
  return isMoment(timeMs) ? { dateTime: new Date(timeMs).toISOString() } : {};
}

/**
 * A text that goes by the time; when it becomes another one the component is drawn again.
 * @param write Of Unix ms, cut to seconds.
 */
export function useEachSecond(write: (nowMs: number) => string): string {
  return useSyncExternalStore(watchSeconds, () => write(secondNow() * 1_000));
}

const watchers = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function watchSeconds(watcher: () => void): () => void {
  watchers.add(watcher);
  timer ??= setInterval(() => {
    for (const one of watchers) one();
  }, 1_000);
  return () => {
    watchers.delete(watcher);
    if (watchers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function secondNow(): number {
  return Math.floor(Date.now() / 1_000);
}
