import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import classes from "./virtual-rows.module.css";

/** How the rows of a table are sorted. */
export interface RowSort {
  /** Titles of the columns that can be sorted by. */
  readonly columns: readonly string[];
  readonly by: string;
  readonly descending: boolean;
  readonly onSort: (title: string) => void;
}

interface ColumnHeadProps {
  readonly title: string;
  readonly end: boolean;
  readonly sort: RowSort | undefined;
}

/** The head of a column; a button when it can be sorted by. */
export function ColumnHead({ title, end, sort }: ColumnHeadProps) {
  if (!sort?.columns.includes(title)) {
    return (
      <div role="columnheader" className={classes["title"]} data-end={end || undefined}>
        {title}
      </div>
    );
  }
  const isSorted = sort.by === title;
  const Arrow = sort.descending ? IconArrowDown : IconArrowUp;
  const direction = sort.descending ? "descending" : "ascending";
  return (
    <div
      role="columnheader"
      className={classes["title"]}
      data-end={end || undefined}
      aria-sort={isSorted ? direction : "none"}
    >
      <button type="button" className={classes["sort"]} onClick={() => sort.onSort(title)}>
        {title}
        {isSorted && <Arrow size={12} aria-hidden />}
      </button>
    </div>
  );
}
