import { displayWidth, pad, truncate } from "./display-width.ts";
import type { Paint } from "./style.ts";

/** A column of a table, made of rows of any type. */
export interface Column<Row> {
  readonly title: string;
  readonly align?: "left" | "right";
  readonly cell: (row: Row) => string;
  /** Colours the padded cell. */
  readonly paint?: (text: string, row: Row, paint: Paint) => string;
  /** Left out first when the table is too wide: higher goes earlier; 0 (the default) stays. */
  readonly dropOrder?: number;
  /** The last column is cut down to this before another is left out (default: 12). */
  readonly widthMin?: number;
}

const GAP = "  ";

/**
 * The lines of a table, header first. It fits `columns`: first columns with a dropOrder are left out, then the last
 * column is cut, then the lines.
 */
export function renderTable<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  width: number,
  paint: Paint,
): string[] {
  const measured = columns.map((column) => {
    const cells = rows.map((row) => column.cell(row));
    return { column, cells, width: Math.max(displayWidth(column.title), ...cells.map(displayWidth)) };
  });
  const shown = fit(measured, width);
  const header = shown.map(({ column, width: cellWidth }) => pad(column.title, cellWidth, column.align)).join(GAP);
  const lines = rows.map((row, index) =>
    shown
      .map(({ column, cells, width: cellWidth }, position) => {
        const cut = truncate(cells[index] ?? "", cellWidth);
        const isLast = position === shown.length - 1 && column.align !== "right";
        const padded = isLast ? cut : pad(cut, cellWidth, column.align);
        return column.paint ? column.paint(padded, row, paint) : padded;
      })
      .join(GAP)
      .trimEnd(),
  );
  return [paint("dim", truncate(header.trimEnd(), width)), ...lines];
}

interface Measured<Row> {
  readonly column: Column<Row>;
  readonly cells: readonly string[];
  readonly width: number;
}

function fit<Row>(measured: readonly Measured<Row>[], width: number): readonly Measured<Row>[] {
  let shown = [...measured];
  const total = () => shown.reduce((sum, entry) => sum + entry.width, GAP.length * (shown.length - 1));
  const minimal = () => {
    const last = shown.at(-1);
    // What may be left out is not cut first: half an address is of no use.
    if (!last || last.column.dropOrder) return total();
    return total() - last.width + Math.min(last.column.widthMin ?? WIDTH_MIN, last.width);
  };
  while (minimal() > width) {
    const worst = shown.reduce<Measured<Row> | undefined>(
      (most, entry) => ((entry.column.dropOrder ?? 0) > (most?.column.dropOrder ?? 0) ? entry : most),
      undefined,
    );
    if (!worst) break;
    shown = shown.filter((entry) => entry !== worst);
  }
  for (let index = shown.length - 1; index >= 0 && total() > width; index -= 1) {
    const entry = shown[index];
    if (!entry) break;
    const excess = total() - width;
    shown[index] = { ...entry, width: Math.max(index === 0 ? 1 : 3, entry.width - excess) };
  }
  return shown;
}

const WIDTH_MIN = 12;
