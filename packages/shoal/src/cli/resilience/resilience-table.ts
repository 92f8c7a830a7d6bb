import type { EjectedStatus, ResilienceEdge, ResilienceService } from "../../control/api/schemas/resilience.ts";
import { printable } from "../terminal/display-width.ts";
import { formatAge, formatLatency, formatRate } from "../terminal/format.ts";
import type { Paint } from "../terminal/style.ts";
import { type Column, renderTable } from "../terminal/table.ts";

/** Room for what is wrong: it matters more than the numbers. */
const WHAT_WIDTH_MIN = 36;

/** Who calls whom, the worst first. */
export function edgeTable(edges: readonly ResilienceEdge[], width: number, paint: Paint): string[] {
  return renderTable(EDGE_COLUMNS, edges, width, paint);
}

/** How services protect themselves. */
export function serviceTable(services: readonly ResilienceService[], width: number, paint: Paint): string[] {
  return renderTable(SERVICE_COLUMNS, services, width, paint);
}

/** Instances that get no requests, and when they are tried again. @param nowMs Unix ms. */
export function ejectedTable(edges: readonly ResilienceEdge[], nowMs: number, width: number, paint: Paint): string[] {
  const rows = edges.flatMap((edge) => edge.ejected.map((one) => ({ ...one, edge })));
  return rows.length === 0 ? [] : renderTable(ejectedColumns(nowMs), rows, width, paint);
}

const EDGE_COLUMNS: readonly Column<ResilienceEdge>[] = [
  { title: "FROM", cell: ({ caller }) => printable(caller) },
  { title: "TO", cell: ({ callee }) => printable(callee) },
  { title: "CALLS/S", align: "right", cell: ({ callsPerSecond }) => formatRate(callsPerSecond), dropOrder: 3 },
  {
    title: "TRIES",
    align: "right",
    cell: ({ attemptsPerCall }) => attemptsPerCall?.toFixed(2) ?? "-",
    dropOrder: 2,
  },
  {
    title: "RETRIES/S",
    align: "right",
    cell: ({ perSecond }) => formatRate((perSecond.retry ?? 0) + (perSecond.requeue ?? 0)),
    dropOrder: 4,
  },
  { title: "HEDGES/S", align: "right", cell: ({ perSecond }) => formatRate(perSecond.hedge ?? 0), dropOrder: 6 },
  { title: "BUDGET", align: "right", cell: budgetText, dropOrder: 5 },
  {
    title: "EJECTED",
    align: "right",
    cell: ({ ejected, instances }) => (ejected.length === 0 ? "-" : `${ejected.length}/${instances}`),
    dropOrder: 1,
  },
  whatColumn(),
];

const SERVICE_COLUMNS: readonly Column<ResilienceService>[] = [
  { title: "SERVICE", cell: ({ service }) => printable(service) },
  {
    title: "LIMIT",
    align: "right",
    cell: ({ limit, reporters }) => (reporters === 0 ? "-" : String(Math.round(limit))),
  },
  { title: "IN FLIGHT", align: "right", cell: ({ inFlight }) => String(inFlight), dropOrder: 3 },
  { title: "WAITING", align: "right", cell: ({ waiting }) => String(waiting), dropOrder: 2 },
  { title: "DELAY", align: "right", cell: ({ queueDelayMs }) => formatLatency(queueDelayMs), dropOrder: 4 },
  {
    title: "SHED/S",
    align: "right",
    cell: ({ shed }) => formatRate(shed.reduce((sum, { perSecond }) => sum + perSecond, 0)),
    dropOrder: 1,
  },
  whatColumn(),
];

function ejectedColumns(nowMs: number): readonly Column<EjectedStatus & { readonly edge: ResilienceEdge }>[] {
  return [
    { title: "EJECTED", cell: ({ instance }) => printable(instance) },
    {
      title: "BY",
      cell: ({ edge, seenBy }) => `${printable(edge.caller)} (${seenBy} of ${edge.reporters})`,
      dropOrder: 1,
    },
    { title: "FOR", align: "right", cell: ({ sinceMs }) => formatAge(nowMs - sinceMs) },
    {
      title: "NEXT TRY",
      align: "right",
      cell: ({ probeAtMs }) => (probeAtMs <= nowMs ? "now" : `in ${formatAge(probeAtMs - nowMs)}`),
    },
    { title: "WHY", cell: ({ reasons }) => reasons.map((reason) => reason.replaceAll("_", " ")).join(", ") },
  ];
}

function budgetText({ retryBudget }: ResilienceEdge): string {
  return retryBudget === null ? "-" : `${Math.floor(retryBudget.left)}/${Math.round(retryBudget.max)}`;
}

function whatColumn<Row extends Pick<ResilienceEdge, "problems">>(): Column<Row> {
  return {
    title: "WHAT",
    widthMin: WHAT_WIDTH_MIN,
    cell: ({ problems }) => printable(problems.map(({ text }) => text).join("; ")),
    paint: (text, { problems }, paint) => paint(problems.some(({ level }) => level === "bad") ? "red" : "yellow", text),
  };
}
