import { type Dispatch, type RefObject, type SetStateAction, useCallback, useRef, useState } from "react";
import { control } from "../api/control.ts";
import { addOlder, LINES_MAX, type LogBuffer } from "./log-buffer.ts";

/** Lines of one request. */
export const PAGE_LINES = 1_000;

/** Whether there are older lines to load; "full" has as many as are kept. */
export type OlderLines = "more" | "loading" | "none" | "full";

type Latest = RefObject<{ readonly key: string; readonly buffer: LogBuffer }>;

/** Loads lines before the first one, when asked for. */
export function useOlderLines(latest: Latest, setBuffer: Dispatch<SetStateAction<LogBuffer>>) {
  const [older, setState] = useState<OlderLines>("more");
  const now = useRef(older);
  const setOlder = useCallback((next: OlderLines) => {
    now.current = next;
    setState(next);
  }, []);
  const loadOlder = useCallback(() => {
    const { key, buffer } = latest.current;
    const before = buffer.lines[0]?.seq;
    if (now.current !== "more" || before === undefined) return;
    setOlder("loading");
    control.listLogs({ query: { ...JSON.parse(key), before, limit: PAGE_LINES } }).then(
      ({ lines }) => {
        if (latest.current.key !== key) return;
        setBuffer((held) => addOlder(held, lines));
        setOlder(olderAfter(buffer.lines.length + lines.length, lines.length));
      },
      () => setOlder("more"),
    );
  }, [latest, setBuffer, setOlder]);
  return { older, setOlder, loadOlder };
}

function olderAfter(shown: number, came: number): OlderLines {
  if (came < PAGE_LINES) return "none";
  return shown >= LINES_MAX ? "full" : "more";
}
