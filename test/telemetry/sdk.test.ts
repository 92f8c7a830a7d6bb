import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { until } from "../support/until.ts";
import { type ControlPlaneProcess, startControlPlane } from "./start-control-plane.ts";

const run = promisify(execFile);

/** Runs the app, which exports what it did to that control plane; gives its trace's id. */
async function runApp({ url }: ControlPlaneProcess, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const app = join(import.meta.dirname, "../fixtures/programs/otel-app.mjs");
  const endpoint = { PATH: process.env["PATH"], OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_LOG_LEVEL: "warn", ...env };
  const { stdout, stderr } = await run(process.execPath, [app], { env: endpoint });
  expect(stderr).toBe("");
  return stdout.trim();
}

const TRACE = {
  truncated: false,
  spans: [
    {
      service: "checkout",
      instance: "checkout-7",
      parentSpanId: "",
      name: "POST /orders",
      kind: "server",
      status: "error",
      attributes: { "http.request.method": "POST", "http.route": "/orders", "http.response.status_code": 500 },
      scope: "checkout-http",
    },
    {
      name: "INSERT orders",
      kind: "client",
      status: "error",
      statusMessage: "deadlock",
      attributes: { "db.system.name": "postgresql", rows: 0, tags: ["slow", "night"] },
      events: [{ name: "exception", attributes: { "exception.message": "deadlock <b>detected</b>" } }],
    },
  ],
};

it.each([[{}], [{ OTEL_EXPORTER_OTLP_COMPRESSION: "gzip" }]])(
  "spans of the OpenTelemetry SDK in JavaScript, in protobuf, are seen as they were made: %o",
  async (env) => {
    await using control = await startControlPlane();
    const traceId = await runApp(control, env);
    const seen = await until("the trace is there", () => control.get(`/api/v1/traces/${traceId}`));
    expect(seen).toMatchObject({ traceId, ...TRACE });
    const list = await control.get("/api/v1/traces?service=checkout&status=error");
    expect(list).toMatchObject({
      traces: [{ traceId, service: "checkout", name: "POST /orders", spans: 2, errors: 2 }],
    });
  },
);

it("what one control plane takes in, it forwards to another", async () => {
  await using second = await startControlPlane();
  await using first = await startControlPlane({ SHOAL_FORWARD_OTLP: second.url });
  const traceId = await runApp(first);
  const forwarded = await until("the trace is there too", () => second.get(`/api/v1/traces/${traceId}`));
  expect(forwarded).toMatchObject({ traceId, ...TRACE });
});
