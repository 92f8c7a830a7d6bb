import { expect, it } from "vitest";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import { openMetricsText, prometheusText } from "../openmetrics.ts";
import { createResilienceMeter } from "../resilience-meter.ts";
import { unreadEdge } from "./merge-states.ts";
import { resilienceReport } from "./report.ts";
import { resilienceFamilies, resiliencePoints } from "./resilience-metrics.ts";

function reportOf() {
  const meter = createResilienceMeter(createVirtualClock());
  const note = meter.edge("quotes");
  for (const event of ["call", "attempt", "attempt", "retry"] as const) note(event);
  meter.watchEdge(() => ({ ...unreadEdge("quotes"), retryBudget: 4.5, throttledShare: 0.25 }));
  meter.shed("sheddable", "overload");
  meter.watchAdmission(() => ({
    limit: 20,
    limitMax: 100,
    inFlight: 3,
    waiting: 1,
    waitersMax: 200,
    queueDelayMs: 12,
    stressed: true,
  }));
  return resilienceReport(meter.counted, { service: "web", instance: "web-1" });
}

it("is readable for Prometheus, old and new", () => {
  const lines = prometheusText(resilienceFamilies(reportOf())).split("\n");
  expect(lines.filter((line) => line !== "" && !line.startsWith("#"))).toEqual([
    'shoal_client_events_total{shoal_callee="quotes",shoal_event="call"} 1',
    'shoal_client_events_total{shoal_callee="quotes",shoal_event="attempt"} 2',
    'shoal_client_events_total{shoal_callee="quotes",shoal_event="retry"} 1',
    'shoal_client_retry_budget{shoal_callee="quotes"} 4.5',
    'shoal_client_ejected_instances{shoal_callee="quotes"} 0',
    'shoal_client_throttled_share{shoal_callee="quotes"} 0.25',
    'shoal_server_shed_total{shoal_criticality="sheddable",shoal_reason="overload"} 1',
    "shoal_server_concurrency_limit 20",
    "shoal_server_in_flight 3",
    "shoal_server_waiting 1",
    "shoal_server_stressed 1",
    "shoal_server_queue_delay_seconds 0.012",
  ]);
  expect(openMetricsText(resilienceFamilies(reportOf()))).toContain("# UNIT shoal_server_queue_delay_seconds seconds");
});

it("has the same for OTLP, in OpenTelemetry's words", () => {
  const points = resiliencePoints(reportOf());
  expect(points.find(({ name }) => name === "shoal.client.events")).toEqual({
    name: "shoal.client.events",
    kind: "sum",
    unit: "1",
    points: [
      { attributes: { "shoal.callee": "quotes", "shoal.event": "call" }, value: 1 },
      { attributes: { "shoal.callee": "quotes", "shoal.event": "attempt" }, value: 2 },
      { attributes: { "shoal.callee": "quotes", "shoal.event": "retry" }, value: 1 },
    ],
  });
  expect(points.map(({ name }) => name)).toContain("shoal.server.queue_delay");
});

it("says nothing while nothing was called, served or shed", () => {
  const meter = createResilienceMeter(createVirtualClock());
  expect(resilienceFamilies(resilienceReport(meter.counted, { service: "web", instance: "web-1" }))).toEqual([]);
});
