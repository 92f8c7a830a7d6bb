import { memo, type ReactNode } from "react";
import classes from "./virtual-rows.module.css";

/** What a row tells its table. Always the same object, or each row would be drawn again with the table. */
export interface RowEvents {
  readonly onFocus: (index: number) => void;
  readonly onClick: (index: number) => void;
  readonly onKeyDown: (event: React.KeyboardEvent, index: number) => void;
}

interface VirtualRowProps<Row> {
  readonly row: Row;
  readonly index: number;
  /** From the top of the table, in px. */
  readonly start: number;
  readonly height: number;
  readonly isSelected: boolean;
  readonly isTabStop: boolean;
  readonly render: (row: Row, index: number) => ReactNode;
  readonly on: RowEvents;
}

function Row<Row>({ row, index, start, height, isSelected, isTabStop, render, on }: VirtualRowProps<Row>) {
  return (
    <div
      data-index={index}
      data-selected={isSelected || undefined}
      className={classes["row"]}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      tabIndex={isTabStop ? 0 : -1}
      onFocus={() => on.onFocus(index)}
      style={{ height, transform: `translateY(${start}px)` }}
      onClick={() => on.onClick(index)}
      onKeyDown={(event) => on.onKeyDown(event, index)}
    >
      {render(row, index)}
    </div>
  );
}

/** A row of VirtualRows; while it and its place stay the same, scrolling does not draw it again. */
export const VirtualRow = memo(Row) as typeof Row;
