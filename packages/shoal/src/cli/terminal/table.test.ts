import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { displayWidth } from "./display-width.ts";
import { painter } from "./style.ts";
import { type Column, renderTable } from "./table.ts";

interface Row {
  readonly name: string;
  readonly count: number;
  readonly note: string;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: "NAME", cell: (row) => row.name },
  { title: "COUNT", align: "right", dropOrder: 1, cell: (row) => String(row.count) },
  { title: "NOTE", cell: (row) => row.note },
];
const ROWS: readonly Row[] = [
  { name: "quotes", count: 7, note: "listens" },
  { name: "ledger", count: 1234, note: "exited with code 1: cannot read the file of accounts" },
];
const plain = painter(false);

describe("renderTable", () => {
  it("lines columns up", () => {
    expect(renderTable(COLUMNS, ROWS, 200, plain)).toEqual([
      "NAME    COUNT  NOTE",
      "quotes      7  listens",
      "ledger   1234  exited with code 1: cannot read the file of accounts",
    ]);
  });

  it("cuts the last column first", () => {
    expect(renderTable(COLUMNS, ROWS, 40, plain)[2]).toBe("ledger   1234  exited with code 1: cann…");
  });

  it("leaves out a column that may go when the last one would become too short", () => {
    expect(renderTable(COLUMNS, ROWS, 24, plain)).toEqual([
      "NAME    NOTE",
      "quotes  listens",
      "ledger  exited with cod…",
    ]);
  });

  it("never makes a line wider than the terminal", () => {
    const row = fc.record({ name: fc.string({ maxLength: 30 }), count: fc.nat(), note: fc.string({ maxLength: 60 }) });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 5 }), fc.integer({ min: 20, max: 120 }), (rows, width) => {
        for (const line of renderTable(COLUMNS, rows, width, plain))
          expect(displayWidth(line)).toBeLessThanOrEqual(width);
      }),
    );
  });

  it("paints after padding, so that colours move nothing", () => {
    const painted = renderTable(
      [{ title: "STATE", cell: (row: Row) => row.name, paint: (text, _, paint) => paint("red", text) }],
      ROWS,
      80,
      painter(true),
    );
    expect(painted[1]).toBe("\x1b[31mquotes\x1b[39m");
  });
});
