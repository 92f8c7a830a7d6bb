import { useCallback, useEffect, useRef, useState } from "react";
import { control } from "../api/control.ts";
import type { LogEntry } from "../api/types.ts";
import { useLive } from "../api/use-live.ts";
import { addLines, EMPTY_LOG_BUFFER, hasGap, type LogBuffer, lastSeq, showWaiting } from "./log-buffer.ts";
import { filtersOf, goesOn, type LogFilters } from "./log-filters.ts";
import { useLiveOpen } from "./log-live-open.ts";
import { type OlderLines, PAGE_LINES, useOlderLines } from "./log-older.ts";

const CATCH_UP_LINES = 5_000;

export interface LogTail {
  readonly buffer: LogBuffer;
  /** "loading" has the lines of the filters before. */
  readonly state: "loading" | "ready" | "failed";
  readonly error: unknown;
  /** False: new lines wait. */
  readonly following: boolean;
  readonly follow: (following: boolean) => void;
  readonly older: OlderLines;
  readonly loadOlder: () => void;
  readonly clear: () => void;
  readonly retry: () => void;
}

/** The newest lines, those that come, and older ones when asked for. */
export function useLogTail(given: LogFilters, live = true): LogTail {
  const key = JSON.stringify(filtersOf(given));
  const [buffer, setBuffer] = useState(EMPTY_LOG_BUFFER);
  const [state, setState] = useState<{ readonly key: string; readonly error?: unknown }>({ key: "" });
  const [following, setFollowing] = useState(true);
  const [begun, setBegun] = useState(0);
  const latest = useRef({
    following,
    key,
    buffer,
    early: [] as LogEntry[],
    earlyDropped: 0,
    loaded: "",
    isOpen: false,
  });
  Object.assign(latest.current, { following, key, buffer });
  const { older, setOlder, loadOlder } = useOlderLines(latest, setBuffer);
  const begin = `${begun} ${key}`;
  const restart = useCallback(() => setBegun((times) => times + 1), []);

  const add = useCallback((lines: readonly LogEntry[], dropped = 0) => {
    const { loaded, early, following: isFollowing } = latest.current;
    // Before the first answer they wait: they are of the new filters, what is shown is of the old ones.
    if (!loaded.endsWith(` ${latest.current.key}`)) {
      latest.current.early = [...early, ...lines].slice(-PAGE_LINES * 2);
      latest.current.earlyDropped += dropped;
      return;
    }
    setBuffer((now) => ({ ...addLines(now, lines, isFollowing), dropped: now.dropped + dropped }));
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `begin` is the key and the times it was begun
  useEffect(() => {
    const stop = new AbortController();
    Object.assign(latest.current, { early: [], earlyDropped: 0 });
    latest.current.isOpen = false;
    const query = { ...JSON.parse(key), limit: PAGE_LINES };
    control.listLogs({ query }, stop.signal).then(
      ({ lines }) => {
        if (stop.signal.aborted) return;
        const first = addLines(EMPTY_LOG_BUFFER, lines, true);
        latest.current.loaded = begin;
        setBuffer({ ...addLines(first, latest.current.early, true), dropped: latest.current.earlyDropped });
        setOlder(lines.length < PAGE_LINES ? "none" : "more");
        setFollowing(true);
        setState({ key: begin });
        // The connection opened before the answer came: what lies between them is not known.
        if (latest.current.isOpen) catchUp({ key, after: lastSeq(first), add, restart }, stop.signal).catch(() => {});
      },
      (error: unknown) => stop.signal.aborted || setState({ key: begin, error }),
    );
    return () => stop.abort();
  }, [begin, setOlder]);

  const isLive = live && goesOn(given);
  useLive(isLive ? ["logs"] : [], JSON.parse(key), { logs: ({ lines, dropped }) => add(lines, dropped) });
  useLiveOpen(isLive, async (signal) => {
    latest.current.isOpen = true;
    if (latest.current.loaded.endsWith(` ${latest.current.key}`)) {
      await catchUp({ key: latest.current.key, after: lastSeq(latest.current.buffer), add, restart }, signal);
    }
  });

  const follow = useCallback(
    (wanted: boolean) => {
      setFollowing(wanted);
      if (!wanted) return;
      // Of what waited too long only the end is shown; what is before it can be loaded again.
      if (hasGap(latest.current.buffer)) setOlder("more");
      setBuffer(showWaiting);
    },
    [setOlder],
  );
  const clear = useCallback(() => {
    setBuffer({ ...EMPTY_LOG_BUFFER, isCleared: true });
    setOlder("none");
    setFollowing(true);
  }, [setOlder]);

  return {
    buffer,
    state: state.key !== begin ? "loading" : state.error === undefined ? "ready" : "failed",
    error: state.error,
    following,
    follow,
    older,
    loadOlder,
    clear,
    retry: restart,
  };
}

interface CatchUp {
  readonly key: string;
  readonly after: number | undefined;
  readonly add: (lines: readonly LogEntry[]) => void;
  readonly restart: () => void;
}

/** What was missed while the connection was lost; when that is too much, it begins anew. */
async function catchUp({ key, after, add, restart }: CatchUp, signal: AbortSignal): Promise<void> {
  // Nothing was there, so nothing tells from where on: the newest lines are asked for again.
  if (after === undefined) return restart();
  const query = { ...JSON.parse(key), after, limit: CATCH_UP_LINES };
  const { lines } = await control.listLogs({ query }, signal);
  if (lines.length < CATCH_UP_LINES) add(lines);
  else restart();
}
