import type { InstanceState, InstanceStatus, ServiceStatus } from "../../control/api/contract.ts";
import { NOTE_WIDTH_MIN, STATE_COLOURS } from "../instance-table.ts";
import { printable } from "../terminal/display-width.ts";
import { formatLatency, formatRate, formatRatio } from "../terminal/format.ts";
import type { Paint } from "../terminal/style.ts";
import { type Column, renderTable } from "../terminal/table.ts";

/** One service as the table shows it. */
export interface ServiceRow {
  readonly service: string;
  readonly ready: number;
  readonly total: number;
  /** That of its worst instance. */
  readonly state: InstanceState;
  readonly restarts: number;
  /** That of its worst instance, and how many others there are. */
  readonly address: string;
  /** Why its worst instance is not ready. */
  readonly note: string;
  readonly rates: ServiceStatus | undefined;
}

/** Worst first: a row shows the state that needs a look. */
const WORST_FIRST: readonly InstanceState[] = [
  "failed",
  "crash-loop",
  "backoff",
  "unhealthy",
  "starting",
  "draining",
  "ready",
  "stopped",
];

/** One row for each service, in the order of the instances. */
export function serviceRows(instances: readonly InstanceStatus[], rates: readonly ServiceStatus[]): ServiceRow[] {
  const byService = Map.groupBy(instances, ({ service }) => service);
  return [...byService].map(([service, group]) => {
    const worst = group.reduce((left, right) => (rank(right) < rank(left) ? right : left));
    return {
      service,
      ready: group.filter(({ state }) => state === "ready").length,
      total: group.length,
      state: worst.state,
      restarts: group.reduce((sum, { restarts }) => sum + restarts, 0),
      address: addressText(worst, group),
      note: worst.reason ?? "",
      rates: rates.find((each) => each.service === service),
    };
  });
}

function addressText({ address }: InstanceStatus, group: readonly InstanceStatus[]): string {
  if (address === null) return "";
  const others = group.filter((each) => each.address !== null).length - 1;
  return others > 0 ? `${address} +${others}` : address;
}

function rank({ state }: InstanceStatus): number {
  return WORST_FIRST.indexOf(state);
}

export interface FleetTableOptions {
  readonly width: number;
  readonly paint: Paint;
  /** Without them just after the start, when there are none yet. */
  readonly withRates: boolean;
}

/** The lines of the table, header first. */
export function fleetTable(rows: readonly ServiceRow[], { width, paint, withRates }: FleetTableOptions): string[] {
  const hasNotes = rows.some(({ note }) => note !== "");
  const columns = COLUMNS.filter(({ title }) => (withRates || !RATES.has(title)) && (hasNotes || title !== "NOTE"));
  return renderTable(columns, rows, width, paint);
}

const RATES: ReadonlySet<string> = new Set(["REQ/S", "ERRORS", "P99"]);

const COLUMNS: readonly Column<ServiceRow>[] = [
  { title: "SERVICE", cell: (row) => row.service },
  { title: "READY", align: "right", cell: (row) => `${row.ready}/${row.total}` },
  { title: "STATE", cell: (row) => row.state, paint: (text, row, paint) => paint(STATE_COLOURS[row.state], text) },
  { title: "REQ/S", align: "right", dropOrder: 2, cell: ({ rates }) => formatRate(rates?.requestsPerSecond ?? 0) },
  {
    title: "ERRORS",
    align: "right",
    dropOrder: 1,
    cell: ({ rates }) => formatRatio(rates?.errorRatio ?? 0, rates?.requestsPerSecond ?? 0),
    paint: (text, { rates }, paint) => ((rates?.errorRatio ?? 0) > 0 ? paint("red", text) : text),
  },
  { title: "P99", align: "right", dropOrder: 3, cell: ({ rates }) => formatLatency(rates?.p99Ms ?? null) },
  {
    title: "RESTARTS",
    align: "right",
    dropOrder: 4,
    cell: (row) => (row.restarts === 0 ? "-" : String(row.restarts)),
  },
  { title: "ADDRESS", dropOrder: 5, cell: (row) => row.address, paint: (text, _, paint) => paint("dim", text) },
  {
    title: "NOTE",
    widthMin: NOTE_WIDTH_MIN,
    cell: (row) => printable(row.note),
    paint: (text, row, paint) => paint(noteColour(row), text),
  },
];

function noteColour({ state }: ServiceRow) {
  return state === "ready" || state === "stopped" ? "dim" : STATE_COLOURS[state];
}
