import type { MetricFamily } from "../openmetrics.ts";
import type { ProcessPoint } from "../otlp-metrics.ts";
import type { ResilienceReport } from "../resilience.ts";

/** One metric, in the words of both formats. */
interface Metric {
  /** OpenTelemetry's; OpenMetrics has "_" for ".", and the unit at the end. */
  readonly name: string;
  readonly kind: "sum" | "gauge";
  readonly unit: "1" | "s";
  readonly help: string;
  readonly points: readonly Point[];
}

interface Point {
  readonly attributes: Readonly<Record<string, string>>;
  readonly value: number;
}

/** As metric families for `GET /metrics`. What has no points is left out. */
export function resilienceFamilies(report: ResilienceReport): readonly MetricFamily[] {
  return metricsOf(report).map(({ name, kind, unit, help, points }) => ({
    name: `${name.replaceAll(".", "_")}${unit === "s" ? "_seconds" : ""}`,
    type: kind === "sum" ? "counter" : "gauge",
    unit: unit === "s" ? "seconds" : "",
    help,
    samples: points.map(({ attributes, value }) => ({ labels: attributes, value })),
  }));
}

/** The same for OTLP. */
export function resiliencePoints(report: ResilienceReport): readonly ProcessPoint[] {
  return metricsOf(report).map(({ name, kind, unit, points }) => ({ name, kind, unit, points }));
}

/** At most 501 callees (see CALLEES_MAX) with 17 events each, and 12 ways to shed. */
function metricsOf(report: ResilienceReport): readonly Metric[] {
  return [...clientMetrics(report), ...serverMetrics(report)].filter(({ points }) => points.length > 0);
}

function clientMetrics({ edges }: ResilienceReport): readonly Metric[] {
  const events = edges.flatMap(({ callee, counts }) =>
    Object.entries(counts).map(([event, value = 0]) => ({
      attributes: { "shoal.callee": callee, "shoal.event": event },
      value,
    })),
  );
  const each = (value: (edge: ResilienceReport["edges"][number]) => number) =>
    edges.map((edge) => ({ attributes: { "shoal.callee": edge.callee }, value: value(edge) }));
  return [
    {
      name: "shoal.client.events",
      kind: "sum",
      unit: "1",
      help: "What was decided on the way to a service, such as retry or ejected.",
      points: events,
    },
    gauge(
      "shoal.client.retry_budget",
      "Retries that could be paid for.",
      each(({ retryBudget }) => retryBudget),
    ),
    gauge(
      "shoal.client.ejected_instances",
      "Instances that get no requests.",
      each(({ ejected }) => ejected.length),
    ),
    gauge(
      "shoal.client.throttled_share",
      "Share of the calls that is held back.",
      each(({ throttledShare }) => throttledShare),
    ),
  ];
}

function serverMetrics({ admission, shed }: ResilienceReport): readonly Metric[] {
  const refused: Metric = {
    name: "shoal.server.shed",
    kind: "sum",
    unit: "1",
    help: "Requests refused before they were begun.",
    points: Object.entries(shed).map(([key, value]) => {
      const [criticality = "", reason = ""] = key.split(" ", 2);
      return { attributes: { "shoal.criticality": criticality, "shoal.reason": reason }, value };
    }),
  };
  if (!admission) return [refused];
  const one = (value: number) => [{ attributes: {}, value }];
  return [
    refused,
    gauge("shoal.server.concurrency_limit", "Requests that may be in progress at once.", one(admission.limit)),
    gauge("shoal.server.in_flight", "Requests in progress.", one(admission.inFlight)),
    gauge("shoal.server.waiting", "Requests that wait for their turn.", one(admission.waiting)),
    gauge("shoal.server.stressed", "1 while requests are shed by criticality.", one(admission.stressed ? 1 : 0)),
    {
      ...gauge("shoal.server.queue_delay", "Average wait of late.", one(admission.queueDelayMs / 1_000)),
      unit: "s",
    },
  ];
}

function gauge(name: string, help: string, points: readonly Point[]): Metric {
  return { name, kind: "gauge", unit: "1", help, points };
}
