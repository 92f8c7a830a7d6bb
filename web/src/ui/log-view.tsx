import { Button } from "@mantine/core";
import { IconArrowDown } from "@tabler/icons-react";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useCallback, useLayoutEffect, useMemo, useRef, useState, type WheelEvent } from "react";
import type { LogEntry } from "../api/types.ts";
import { counted } from "../format/number.ts";
import type { LogFilters } from "./log-filters.ts";
import { LogRow } from "./log-row.tsx";
import type { LogTail } from "./log-tail.ts";
import classes from "./log-view.module.css";
import { useLogKeys } from "./log-view-keys.ts";
import { searchedWords } from "./log-words.ts";

const LINE_HEIGHT = 22;
/** Nearer to the end than this is at the end. */
const END_PX = 24;
/** Nearer to the start than this, older lines are asked for. */
const START_PX = 400;

export interface LogViewProps {
  readonly tail: LogTail;
  /** What was searched for: its words are marked. */
  readonly text?: string | undefined;
  readonly wrap?: boolean;
  /** Without it when all lines are of one service. Default true. */
  readonly withService?: boolean;
  readonly onFilter?: ((filters: LogFilters) => void) | undefined;
  readonly onContext?: ((line: LogEntry) => void) | undefined;
  readonly label?: string;
  /** In place of lines. */
  readonly empty: ReactNode;
}

/** The lines of a tail: it follows at the end, and stands still when the reader scrolls up. */
export function LogView({
  tail,
  text,
  wrap = false,
  withService = true,
  empty,
  label = "Log lines",
  ...on
}: LogViewProps) {
  const { buffer, following, follow, older, loadOlder } = tail;
  const { lines } = buffer;
  const words = useMemo(() => searchedWords(text), [text]);
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const place = useRef<HTMLDivElement>(null);
  const lastTop = useRef(0);
  // Those that were open once have heights of their own.
  const opened = useRef(new Set<number>());
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => place.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 8,
    anchorTo: "end",
    // The same function for the same lines: with another one all of them would be measured anew.
    getItemKey: useCallback((index: number) => lines[index]?.seq ?? index, [lines]),
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: wrapped lines have other heights
  useLayoutEffect(() => virtual.measure(), [wrap]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new lines and a new width of lines move the end
  useLayoutEffect(() => {
    if (following && lines.length > 0) virtual.scrollToEnd();
  }, [lines, following, wrap]);

  const onScroll = () => {
    const element = place.current;
    if (!element) return;
    const { scrollTop, scrollHeight, clientHeight } = element;
    const isAtEnd = scrollHeight - scrollTop - clientHeight < END_PX;
    if (isAtEnd && !following) follow(true);
    // Only a reader scrolls up: lines that come make it longer, and it is put to the end.
    if (!isAtEnd && following && scrollTop < lastTop.current - 4) follow(false);
    if (scrollTop < START_PX && scrollTop < lastTop.current) loadOlder();
    lastTop.current = scrollTop;
  };
  // At once: lines that come would put it to the end again before it has scrolled.
  const onWheel = (event: WheelEvent<HTMLElement>) => {
    const { scrollHeight, clientHeight } = event.currentTarget;
    if (event.deltaY < 0 && following && scrollHeight > clientHeight) follow(false);
  };
  const onToggle = useCallback(
    (seq: number) => {
      follow(false);
      opened.current.add(seq);
      setOpen((now) => (now.has(seq) ? new Set([...now].filter((one) => one !== seq)) : new Set([...now, seq])));
    },
    [follow],
  );
  const onKeyDown = useLogKeys({ lines, place, virtual, follow, onToggle });

  if (lines.length === 0 && tail.state !== "loading") return empty;
  return (
    <div
      className={classes["frame"]}
      data-no-service={!withService || undefined}
      data-stale={tail.state === "loading" || undefined}
    >
      <div
        ref={place}
        className={classes["place"]}
        role="table"
        aria-label={label}
        aria-rowcount={lines.length}
        aria-busy={lines.length === 0 || undefined}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by keyboard
        tabIndex={0}
        onScroll={onScroll}
        onWheel={onWheel}
        onKeyDown={onKeyDown}
      >
        <div role="presentation" className={classes["start"]}>
          {startWords(older, lines.length === 0)}
        </div>
        <div role="rowgroup" className={classes["lines"]} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, key, start }) => {
            const line = lines[index];
            if (line === undefined) return null;
            return (
              <div
                key={key}
                role="presentation"
                data-index={index}
                // Measuring each new line would lay the page out as often: most are of one known height.
                ref={wrap || opened.current.has(line.seq) ? virtual.measureElement : undefined}
                className={classes["item"]}
                style={{ transform: `translateY(${start}px)` }}
              >
                <LogRow line={line} words={words} wrap={wrap} open={open.has(line.seq)} onToggle={onToggle} {...on} />
              </div>
            );
          })}
        </div>
      </div>
      {!following && <JumpToNow count={buffer.waitingCount} onJump={() => follow(true)} />}
    </div>
  );
}

/** What stands above the oldest line. */
function startWords(older: LogTail["older"], isEmpty: boolean): string {
  if (older === "full") return "Too many lines to load more of them here: narrow the time or the filters";
  return isEmpty ? "Loading lines…" : START_WORDS[older];
}

const START_WORDS = {
  more: "Scroll up for older lines",
  loading: "Loading older lines…",
  none: "The first line",
} as const;

function JumpToNow({ count, onJump }: { readonly count: number; readonly onJump: () => void }) {
  const words = count === 0 ? "Jump to now" : `${counted(count, "new line")}`;
  return (
    <Button className={classes["pill"] ?? ""} radius="xl" leftSection={<IconArrowDown size={14} />} onClick={onJump}>
      {words}
    </Button>
  );
}
