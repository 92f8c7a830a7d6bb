import type { MetricFamily } from "./openmetrics.ts";
import type { RedSeries, RedSnapshot } from "./red-series.ts";
import type { Resource } from "./resource.ts";

/** OpenTelemetry's name of the duration of what a server answers. */
export const DURATION_METRIC = "http.server.request.duration";
/** The same of the calls that a client makes. */
export const CLIENT_DURATION_METRIC = "http.client.request.duration";

const METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** The attributes of a series in OpenTelemetry's words; those of OpenMetrics are the same with "_" for ".". */
export function attributesOf(series: RedSeries): Readonly<Record<string, string | number | boolean>> {
  const { side, operation, status, peer, external, overflow } = series;
  const isClient = side === "client";
  const isError = isClient ? status === 0 || status >= 400 : status >= 500;
  return {
    "shoal.operation": operation,
    ...(METHODS.has(operation) ? { "http.request.method": operation } : {}),
    ...(isClient && status === 0 ? {} : { "http.response.status_code": status }),
    ...(isError ? { "error.type": status === 0 ? "_OTHER" : String(status) } : {}),
    ...(isClient ? calleeOf(peer, external) : peer === "" ? {} : { "shoal.caller": peer }),
    ...(overflow ? { "otel.metric.overflow": true } : {}),
  };
}

/** A service has both names: OpenTelemetry asks for the host, and by `shoal.callee` it is known for one of the fleet's. */
function calleeOf(peer: string, external: boolean): Readonly<Record<string, string>> {
  return external ? { "server.address": peer } : { "server.address": `${peer}.service`, "shoal.callee": peer };
}

/** What a process serves, and who it is, as metric families. */
export function redFamilies(snapshot: RedSnapshot, resource: Resource): readonly MetricFamily[] {
  return [
    {
      name: "http_server_request_duration_seconds",
      type: "histogram",
      unit: "seconds",
      help: "Duration of requests served.",
      samples: samplesOf(snapshot, "server"),
    },
    {
      name: "http_client_request_duration_seconds",
      type: "histogram",
      unit: "seconds",
      help: "Duration of calls made.",
      samples: samplesOf(snapshot, "client"),
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

function samplesOf({ series }: RedSnapshot, side: RedSeries["side"]): MetricFamily["samples"] {
  return series.filter((one) => one.side === side).map((one) => ({ labels: labelsOf(one), value: one.histogram }));
}

function labelsOf(series: RedSeries): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(attributesOf(series)).map(([name, value]) => [name, String(value)]));
}
