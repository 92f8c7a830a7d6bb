import type { FaultStatus } from "../../control/api/schemas/faults.ts";
import { printable } from "../terminal/display-width.ts";
import { formatAge } from "../terminal/format.ts";
import type { Paint } from "../terminal/style.ts";
import { type Column, renderTable } from "../terminal/table.ts";
import { onlyWords, whatWords } from "./fault-words.ts";

/** The faults that last. @param nowMs Unix ms. */
export function faultTable(faults: readonly FaultStatus[], nowMs: number, width: number, paint: Paint): string[] {
  const columns: readonly Column<FaultStatus>[] = [
    { title: "ID", cell: ({ id }) => printable(id) },
    { title: "SERVICE", cell: ({ service }) => printable(service) },
    { title: "ENDS IN", align: "right", cell: ({ untilMs }) => formatAge(untilMs - nowMs) },
    { title: "BY", cell: ({ by }) => printable(by), dropOrder: 2 },
    { title: "ONLY", cell: (fault) => printable(onlyWords(fault)) || "-", dropOrder: 1 },
    { title: "WHAT", cell: whatWords, widthMin: 24 },
  ];
  return renderTable(columns, faults, width, paint);
}
