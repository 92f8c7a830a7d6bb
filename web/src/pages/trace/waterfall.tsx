import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useEffect, useRef } from "react";
import type { TraceModel } from "./trace-model.ts";
import type { TimeWindow } from "./trace-range.ts";
import type { TraceRow } from "./trace-rows.ts";
import classes from "./waterfall.module.css";
import { WaterfallAxis } from "./waterfall-axis.tsx";
import { useWaterfallKeys } from "./waterfall-keys.ts";
import { WaterfallLog } from "./waterfall-log.tsx";
import { WaterfallRow } from "./waterfall-row.tsx";

const SPAN_HEIGHT = 28;
const LOG_HEIGHT = 22;

export interface WaterfallProps {
  readonly model: TraceModel;
  readonly rows: readonly TraceRow[];
  readonly window: TimeWindow;
  readonly selected: string | undefined;
  /** Ids of spans that a search found. */
  readonly found: ReadonlySet<string>;
  readonly collapsed: ReadonlySet<string>;
  readonly onSelect: (span: string | undefined, quietly?: boolean) => void;
  readonly onToggle: (span: string) => void;
  readonly onFocusSubtree: (span: string) => void;
  /** Undefined: all of the time. */
  readonly onZoom: (window: TimeWindow | undefined) => void;
}

/** The spans of a trace below each other, each at its time. Only the lines in sight exist. */
export function Waterfall(props: WaterfallProps) {
  const { model, rows, window, selected, found, collapsed, onSelect, onToggle } = props;
  const place = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => place.current,
    estimateSize: (index) => (rows[index]?.kind === "log" ? LOG_HEIGHT : SPAN_HEIGHT),
    overscan: 15,
    getItemKey: useCallback((index: number) => rows[index]?.key ?? index, [rows]),
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows of another height are known by their list only
  useEffect(() => virtual.measure(), [rows]);
  const selectedAt = rows.findIndex((row) => row.key === selected);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another selection brings it into sight
  useEffect(() => {
    if (selectedAt >= 0) virtual.scrollToIndex(selectedAt, { align: "auto" });
  }, [selected]);
  const onKeyDown = useWaterfallKeys({ ...props, place, virtual });
  const tabbable = selectedAt >= 0 ? selectedAt : rows.findIndex(({ kind }) => kind === "span");

  return (
    <div className={classes["waterfall"]}>
      <WaterfallAxis window={window} originMs={model.range.startMs} />
      <div
        ref={place}
        className={classes["place"]}
        role="treegrid"
        aria-label="Spans"
        aria-rowcount={rows.length}
        onKeyDown={onKeyDown}
        tabIndex={-1}
      >
        <div role="rowgroup" className={classes["rows"]} style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, key, start, size }) => {
            const row = rows[index];
            if (row === undefined) return null;
            if (row.kind === "log") {
              const style = { height: size, transform: `translateY(${start}px)` };
              return <WaterfallLog key={key} row={row} window={window} style={style} onSelect={onSelect} />;
            }
            return (
              <WaterfallRow
                key={key}
                row={row}
                index={index}
                model={model}
                window={window}
                top={start}
                height={size}
                isSelected={row.key === selected}
                isFound={found.has(row.key)}
                isCollapsed={collapsed.has(row.key)}
                isTabbable={index === tabbable}
                onSelect={onSelect}
                onToggle={onToggle}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}
