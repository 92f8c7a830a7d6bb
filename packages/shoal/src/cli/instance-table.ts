import type { InstanceState, InstanceStatus } from "../control/api/contract.ts";
import { printable } from "./terminal/display-width.ts";
import { formatAge } from "./terminal/format.ts";
import type { Colour, Paint } from "./terminal/style.ts";
import { type Column, renderTable } from "./terminal/table.ts";

/** One colour a state, the same in every table. */
export const STATE_COLOURS: Readonly<Record<InstanceState, Colour>> = {
  starting: "cyan",
  ready: "green",
  unhealthy: "yellow",
  draining: "cyan",
  backoff: "yellow",
  "crash-loop": "red",
  failed: "red",
  stopped: "gray",
};

/** Room for a reason: why something fails matters more than where it listens. */
export const NOTE_WIDTH_MIN = 36;

/** The lines of `shoal ps`. @param nowMs Unix ms. */
export function instanceTable(
  instances: readonly InstanceStatus[],
  nowMs: number,
  width: number,
  paint: Paint,
): string[] {
  const isGrouped = instances.some(({ group }) => group !== undefined);
  const columns = columnsAt(nowMs).filter(({ title }) => isGrouped || title !== "GROUP");
  return renderTable(columns, instances, width, paint);
}

function columnsAt(nowMs: number): readonly Column<InstanceStatus>[] {
  return [
    { title: "SERVICE", cell: (row) => row.service },
    { title: "INSTANCE", cell: (row) => row.instance, dropOrder: 1 },
    {
      title: "STATE",
      cell: (row) => row.state,
      paint: (text, row, paint) => paint(STATE_COLOURS[row.state], text),
    },
    { title: "ADDRESS", cell: (row) => row.address ?? "-", dropOrder: 2 },
    { title: "PID", align: "right", cell: (row) => (row.pid === null ? "-" : String(row.pid)), dropOrder: 3 },
    { title: "GROUP", cell: (row) => row.group ?? "-", dropOrder: 5 },
    { title: "RESTARTS", align: "right", cell: (row) => String(row.restarts), dropOrder: 4 },
    { title: "FOR", align: "right", cell: (row) => formatAge(nowMs - row.sinceMs), dropOrder: 5 },
    {
      title: "NOTE",
      widthMin: NOTE_WIDTH_MIN,
      cell: (row) => printable(row.reason ?? (row.apart === undefined ? "" : `apart: ${row.apart}`)),
      paint: (text, _, paint) => paint("dim", text),
    },
  ];
}
