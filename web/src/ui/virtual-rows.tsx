import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useCallback, useMemo, useRef, useState } from "react";
import { ColumnHead, type RowSort } from "./column-head.tsx";
import { focusRow } from "./focus-row.ts";
import { type RowEvents, VirtualRow } from "./virtual-row.tsx";
import classes from "./virtual-rows.module.css";

interface VirtualRowsProps<Row> {
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string | number;
  readonly rowHeight: number;
  readonly render: (row: Row, index: number) => ReactNode;
  /** Opened by click or Enter. */
  readonly onOpen?: (row: Row) => void;
  readonly selectedKey?: string | number | undefined;
  /** CSS grid-template-columns of every row and of the head. */
  readonly columns: string;
  readonly head: readonly string[];
  readonly label: string;
  /** Asked for more when the end comes near. */
  readonly onEnd?: () => void;
  /** By which columns the rows can be sorted, and how they are. */
  readonly sort?: RowSort;
  /** Columns of numbers, by their titles: the head stands at their end too. */
  readonly endColumns?: readonly string[];
  /** Told of the row that keys moved to. */
  readonly onMove?: ((row: Row) => void) | undefined;
  /** Further keys of a row. */
  readonly onRowKey?: (event: React.KeyboardEvent, row: Row) => void;
}

/**
 * A table of any length: only the rows in sight exist. Arrow keys, Home, End and j/k move, Enter opens.
 */
export function VirtualRows<Row>(props: VirtualRowsProps<Row>) {
  const { rows, rowKey, rowHeight, render, onOpen, selectedKey, columns, head, label, onEnd, endColumns = [] } = props;
  const place = useRef<HTMLDivElement>(null);
  // One row is in the order of the Tab key: the one that had the focus last, or the first.
  const [active, setActive] = useState(0);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => place.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    // Another function would have all rows placed anew.
    getItemKey: useCallback((index: number) => keyAt(rows, rowKey, index), [rows, rowKey]),
  });
  const items = virtual.getVirtualItems();
  const tabStop = items.some(({ index }) => index === active) ? active : items[0]?.index;
  const last = items.at(-1)?.index ?? 0;
  if (onEnd && rows.length > 0 && last >= rows.length - 5) queueMicrotask(onEnd);

  const goTo = (index: number) => {
    const bounded = Math.min(rows.length - 1, Math.max(0, index));
    virtual.scrollToIndex(bounded, { align: "auto" });
    focusRow(place.current, `[data-index="${bounded}"]`);
    if (rows[bounded] !== undefined) props.onMove?.(rows[bounded]);
  };
  const latest = useRef<RowEvents>(NO_EVENTS);
  latest.current = {
    onFocus: setActive,
    onClick(index) {
      const row = rows[index];
      if (row !== undefined) onOpen?.(row);
    },
    onKeyDown(event, index) {
      const to = targetOf(event.key, index, rows.length);
      if (to !== undefined) {
        event.preventDefault();
        goTo(to);
      }
      const row = rows[index];
      if (event.key === "Enter" && event.target === event.currentTarget && row !== undefined) onOpen?.(row);
      if (row !== undefined) props.onRowKey?.(event, row);
    },
  };
  const on = useMemo(() => lastOf(latest), []);

  return (
    <div
      className={classes["table"]}
      role="table"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      style={{ "--columns": columns } as React.CSSProperties}
    >
      <div className={classes["head"]} role="row">
        {head.map((title) => (
          <ColumnHead key={title} title={title} end={endColumns.includes(title)} sort={props.sort} />
        ))}
      </div>
      <div ref={place} className={classes["body"]} role="rowgroup" tabIndex={rows.length === 0 ? 0 : -1}>
        <div role="presentation" style={{ height: virtual.getTotalSize(), position: "relative" }}>
          {items.map((item) => {
            const row = rows[item.index];
            if (row === undefined) return null;
            return (
              <VirtualRow
                key={item.key}
                row={row}
                index={item.index}
                start={item.start}
                height={rowHeight}
                isSelected={rowKey(row) === selectedKey}
                isTabStop={item.index === tabStop}
                render={render}
                on={on}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** A cell; `end` for numbers. */
export function Cell({ children, end = false }: { readonly children?: ReactNode; readonly end?: boolean }) {
  return (
    <div role="cell" className={classes["cell"]} data-end={end || undefined}>
      {children}
    </div>
  );
}

const NO_EVENTS: RowEvents = { onFocus() {}, onClick() {}, onKeyDown() {} };

/** The same object for good, which does what the last drawing wants. */
function lastOf(ref: React.RefObject<RowEvents>): RowEvents {
  return {
    onFocus: (index) => ref.current.onFocus(index),
    onClick: (index) => ref.current.onClick(index),
    onKeyDown: (event, index) => ref.current.onKeyDown(event, index),
  };
}

function keyAt<Row>(rows: readonly Row[], rowKey: (row: Row) => string | number, index: number): string | number {
  const row = rows[index];
  return row === undefined ? index : rowKey(row);
}

function targetOf(key: string, index: number, count: number): number | undefined {
  switch (key) {
    case "ArrowDown":
    case "j":
      return index + 1;
    case "ArrowUp":
    case "k":
      return index - 1;
    case "PageDown":
      return index + 20;
    case "PageUp":
      return index - 20;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return undefined;
  }
}
