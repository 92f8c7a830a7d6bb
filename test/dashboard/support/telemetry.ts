import { randomBytes } from "node:crypto";

/** A line as a supervisor would send it. */
interface SentLine {
  readonly text: string;
  readonly service?: string;
  readonly instance?: string;
  readonly stream?: "stdout" | "stderr";
  readonly timeMs?: number;
}

/** Sends lines to the control plane, as a supervisor does. */
export async function sendLines(url: string, lines: readonly SentLine[]): Promise<void> {
  const body = lines.map(({ service = "printer", instance = "printer-1", stream = "stdout", text, timeMs }) => ({
    service,
    instance,
    stream,
    text,
    timeMs: timeMs ?? Date.now(),
  }));
  await post(`${url}/api/v1/logs`, { lines: body, dropped: 0 });
}

/** A span as an OpenTelemetry SDK would send it; times in ms after the trace's start. */
export interface SentSpan {
  readonly id: string;
  readonly parent?: string;
  readonly service?: string;
  readonly name: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly error?: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

export function newTraceId(): string {
  return randomBytes(16).toString("hex");
}

/** Sends spans by OTLP/HTTP in JSON. Ids may be short: they are filled up. */
export async function sendSpans(
  url: string,
  traceId: string,
  originMs: number,
  spans: readonly SentSpan[],
): Promise<void> {
  const nano = (ms: number) => `${BigInt(Math.round((originMs + ms) * 1_000)) * 1_000n}`;
  const resourceSpans = spans.map((span) => ({
    resource: { attributes: attributesOf({ "service.name": span.service ?? "imported" }) },
    scopeSpans: [
      {
        spans: [
          {
            traceId,
            spanId: idOf(span.id),
            parentSpanId: span.parent === undefined ? "" : idOf(span.parent),
            name: span.name,
            kind: 1,
            startTimeUnixNano: nano(span.startMs),
            endTimeUnixNano: nano(span.endMs),
            attributes: attributesOf(span.attributes ?? {}),
            status: span.error === undefined ? {} : { code: 2, message: span.error },
          },
        ],
      },
    ],
  }));
  await post(`${url}/v1/traces`, { resourceSpans });
}

/** Requests as a server's metrics tell of them. */
interface SentRequests {
  readonly service: string;
  readonly operation: string;
  readonly count: number;
  /** Of them. Default 0. */
  readonly errors?: number;
  /** How long each took. */
  readonly ms: number;
}

/** Sends counts of requests by OTLP/HTTP in JSON, each as added to those before. */
export async function sendRequests(url: string, requests: readonly SentRequests[]): Promise<void> {
  const at = `${BigInt(Date.now()) * 1_000_000n}`;
  const resourceMetrics = requests.map(({ service, operation, count, errors = 0, ms }) => ({
    resource: { attributes: attributesOf({ "service.name": service, "service.instance.id": `${service}-1` }) },
    scopeMetrics: [
      {
        metrics: [
          {
            name: "http.server.request.duration",
            unit: "s",
            histogram: {
              aggregationTemporality: 1,
              dataPoints: [
                pointOf({ operation, count: count - errors, ms, at, status: "200" }),
                pointOf({ operation, count: errors, ms, at, status: "500" }),
              ],
            },
          },
        ],
      },
    ],
  }));
  await post(`${url}/v1/metrics`, { resourceMetrics });
}

interface Point {
  readonly operation: string;
  readonly count: number;
  readonly ms: number;
  readonly at: string;
  readonly status: string;
}

function pointOf({ operation, count, ms, at, status }: Point) {
  return {
    attributes: attributesOf({ "shoal.operation": operation, "http.response.status_code": status }),
    startTimeUnixNano: at,
    timeUnixNano: at,
    count: String(count),
    sum: (count * ms) / 1_000,
    explicitBounds: [ms / 1_000],
    bucketCounts: [String(count), "0"],
  };
}

function idOf(short: string): string {
  return Buffer.from(short).toString("hex").padEnd(16, "0").slice(0, 16);
}

function attributesOf(values: Readonly<Record<string, string>>): readonly unknown[] {
  return Object.entries(values).map(([key, value]) => ({ key, value: { stringValue: value } }));
}

async function post(url: string, body: unknown): Promise<void> {
  const reply = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!reply.ok) throw new Error(`${url} answered ${reply.status}: ${await reply.text()}`);
}
