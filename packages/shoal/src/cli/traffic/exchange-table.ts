import type { ExchangeSummary } from "../../control/api/schemas/exchanges.ts";
import { printable } from "../terminal/display-width.ts";
import { formatDay, formatLatency, formatTime } from "../terminal/format.ts";
import type { Colour, Paint } from "../terminal/style.ts";
import { type Column, renderTable } from "../terminal/table.ts";

/** Enough to tell exchanges apart; the API takes the beginning of an id. */
const ID_CHARS = 12;

/** The lines of `shoal traffic`. @param nowMs Unix ms: what was on another day says which. */
export function exchangeTable(
  exchanges: readonly ExchangeSummary[],
  nowMs: number,
  width: number,
  paint: Paint,
): string[] {
  return renderTable(columnsAt(nowMs), exchanges, width, paint);
}

function columnsAt(nowMs: number): readonly Column<ExchangeSummary>[] {
  const today = formatDay(nowMs);
  return [
    {
      title: "TIME",
      cell: ({ startMs }) => (formatDay(startMs) === today ? "" : `${formatDay(startMs)} `) + formatTime(startMs),
      paint: (text, _, paint) => paint("dim", text),
    },
    {
      title: "ID",
      cell: ({ id }) => id.slice(0, ID_CHARS),
      dropOrder: 2,
      paint: (text, _, paint) => paint("dim", text),
    },
    { title: "FROM", cell: (row) => printable(row.side === "client" ? row.service : row.peer || "-") },
    { title: "TO", cell: (row) => printable(row.side === "client" ? row.peer : row.service) },
    { title: "SEEN BY", cell: ({ side }) => side, dropOrder: 3 },
    {
      title: "STATUS",
      align: "right",
      cell: ({ status }) => (status === 0 ? "none" : String(status)),
      paint: (text, { status }, paint) => paint(statusColour(status), text),
    },
    { title: "TOOK", align: "right", cell: ({ durationMs }) => formatLatency(durationMs) },
    { title: "TRIES", align: "right", cell: ({ attempts }) => (attempts > 1 ? String(attempts) : "-"), dropOrder: 1 },
    { title: "REQUEST", cell: ({ method, url }) => printable(`${method} ${pathOf(url)}`), widthMin: 20 },
  ];
}

/** As they began: the history has them as they came, which is by process and when they had ended. */
export function byStart(exchanges: readonly ExchangeSummary[]): readonly ExchangeSummary[] {
  return exchanges.toReversed().sort((left, right) => left.startMs - right.startMs);
}

export function statusColour(status: number): Colour {
  if (status === 0 || status >= 500) return "red";
  return status >= 400 ? "yellow" : "green";
}

/** The host stands in the column before. */
function pathOf(url: string): string {
  return url.replace(/^\w+:\/\/[^/]*/, "") || "/";
}
