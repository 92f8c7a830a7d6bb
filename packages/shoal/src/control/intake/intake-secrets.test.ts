import { expect, it } from "vitest";
import type { IntakeKind } from "../history/history.ts";
import { decodeIntake } from "./decode-intake.ts";

const nowMs = Date.UTC(2026, 5, 1);
const nanos = `${nowMs}000000`;
const SECRET = "Zq7planted9xV";

const decode = (kind: IntakeKind, document: unknown) => {
  const bytes = Buffer.from(JSON.stringify(document));
  return decodeIntake({ kind, contentType: "application/json", contentEncoding: "", bytes }, nowMs);
};
const texts = (pairs: Readonly<Record<string, string>>) =>
  Object.entries(pairs).map(([key, stringValue]) => ({ key, value: { stringValue } }));
const args = ["node", "shop.js", "--db-password", SECRET].map((stringValue) => ({ stringValue }));
/** As OpenTelemetry's SDK for Node describes a process, and more. */
const resource = {
  attributes: [
    ...texts({ "service.name": "shop", "process.command_line": `node shop.js --db-password ${SECRET}` }),
    { key: "process.command_args", value: { arrayValue: { values: args } } },
    { key: "env", value: { kvlistValue: { values: texts({ DB_PASSWORD: SECRET, NODE_ENV: "test" }) } } },
  ],
};
const attributes = texts({ "url.full": `http://a/?token=${SECRET}`, api_key: SECRET, "http.route": "/a" });

it("keeps no secret of a span, its events, its links or its process", () => {
  const span = {
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId: "b7ad6b7169203331",
    name: `GET /?token=${SECRET}`,
    startTimeUnixNano: nanos,
    endTimeUnixNano: nanos,
    status: { code: 2, message: `password=${SECRET}` },
    attributes,
    events: [{ name: `sent token=${SECRET}`, timeUnixNano: nanos, attributes }],
    links: [{ traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203332", attributes }],
  };
  const decoded = decode("otlp-traces", { resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] });
  expect(decoded.spans).toHaveLength(1);
  expect(JSON.stringify(decoded)).not.toContain(SECRET);
  expect(decoded.spans[0]?.resource["process.command_args"]).toEqual([
    "node",
    "shop.js",
    "--db-password",
    "[redacted]",
  ]);
  expect(decoded.spans[0]?.resource["env"]).toContain("NODE_ENV");
});

it("keeps no secret of a log record, whatever form its body has", () => {
  const body = { kvlistValue: { values: texts({ password: SECRET, user: "ada" }) } };
  const logRecords = [
    { timeUnixNano: nanos, body, attributes },
    { timeUnixNano: nanos, body: { stringValue: `{\n  "password":\n    "${SECRET}"\n}` } },
  ];
  const decoded = decode("otlp-logs", { resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] });
  expect(decoded.logs).toHaveLength(2);
  expect(JSON.stringify(decoded)).not.toContain(SECRET);
});

it("keeps no secret of a metric's labels, and tells series that differ in one apart", () => {
  const point = { timeUnixNano: nanos, startTimeUnixNano: nanos, count: "1", sum: 1, asDouble: 1 };
  const other = texts({ api_key: `${SECRET}2`, "http.route": `/a?token=${SECRET}` });
  const dataPoints = [attributes, other].map((labels) => ({ ...point, attributes: labels }));
  const metrics = [
    { name: "queue", gauge: { dataPoints } },
    { name: "http.server.request.duration", unit: "s", histogram: { aggregationTemporality: 2, dataPoints } },
    { name: "sizes", summary: { dataPoints } },
  ];
  const { metrics: read } = decode("otlp-metrics", { resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] });
  expect(read.gauges).toHaveLength(6);
  expect(JSON.stringify(read.gauges)).not.toContain(SECRET);
  const [first, second] = read.durations;
  expect(first?.series).not.toBe(second?.series);
  expect(JSON.stringify(read.durations.map(({ series: _, ...rest }) => rest))).not.toContain(SECRET);
});

it("keeps no secret of Zipkin's tags and annotations", () => {
  const span = {
    traceId: "0af7651916cd43dd8448eb211c80319c",
    id: "b7ad6b7169203331",
    name: `get token=${SECRET}`,
    timestamp: nowMs * 1_000,
    tags: { "http.url": `http://ada:${SECRET}@db/`, password: SECRET, error: `password=${SECRET}` },
    annotations: [{ timestamp: nowMs * 1_000, value: `token=${SECRET}` }],
  };
  const decoded = decode("zipkin-spans", [span]);
  expect(decoded.spans).toHaveLength(1);
  expect(JSON.stringify(decoded)).not.toContain(SECRET);
});
