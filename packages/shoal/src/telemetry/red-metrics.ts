import type { MetricFamily } from "./openmetrics.ts";
import type { RedSeries, RedSnapshot } from "./red-series.ts";
import type { Resource } from "./resource.ts";

/** OpenTelemetry's name of the duration of what a server answers. */
export const DURATION_METRIC = "http.server.request.duration";

const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** The attributes of a series in OpenTelemetry's words; those of OpenMetrics are the same with "_" for ".". */
export function attributesOf(series: RedSeries): Readonly<Record<string, string | number | boolean>> {
  return {
    "shoal.operation": series.operation,
    ...(METHODS.has(series.operation) ? { "http.request.method": series.operation } : {}),
    "http.response.status_code": series.status,
    ...(series.status >= 500 ? { "error.type": String(series.status) } : {}),
    ...(series.caller === "" ? {} : { "shoal.caller": series.caller }),
    ...(series.overflow ? { "otel.metric.overflow": true } : {}),
  };
}

/** What a process serves, and who it is, as metric families. */
export function redFamilies(snapshot: RedSnapshot, resource: Resource): readonly MetricFamily[] {
  return [
    {
      name: "http_server_request_duration_seconds",
      type: "histogram",
      unit: "seconds",
      help: "Duration of requests served.",
      samples: snapshot.series.map((series) => ({ labels: labelsOf(series), value: series.histogram })),
    },
    {
      name: "shoal_meter_overflow_requests",
      type: "counter",
      unit: "",
      help: "Requests counted together because there were too many different ones.",
      samples: [{ labels: {}, value: snapshot.overflowed }],
    },
    { name: "target", type: "info", unit: "", help: "Who this is.", samples: [{ labels: resource, value: 1 }] },
  ];
}

function labelsOf(series: RedSeries): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(attributesOf(series)).map(([name, value]) => [name, String(value)]));
}
