import { expect, it } from "vitest";
import { runInContext } from "../core/context.ts";
import { newTrace } from "../core/trace-context.ts";
import type { Called } from "../telemetry/meter.ts";
import { createFakeRuntime } from "../testing/fake-runtime.ts";
import { createRecordingRecorder } from "../testing/recording-recorder.ts";
import { arrivingContext } from "../transport/arrival.ts";
import { beginExternalCall } from "./external-call.ts";

const URL_WITH_SECRETS = new URL("https://user:pass@api.example.com:8443/rates/EUR?key=secret");

function world(sampled = true) {
  const fake = createFakeRuntime();
  const recorder = createRecordingRecorder(sampled);
  const called: Called[] = [];
  const meter = { served: () => {}, called: (call: Called) => void called.push(call) };
  return { runtime: { ...fake, recorder, meter }, spans: recorder.spans, called };
}

it("records a call to the world outside in the trace of the running request, without secrets", () => {
  const { runtime, spans, called } = world();
  const trace = newTrace(runtime.ports.random);
  runInContext({ ...arrivingContext(new AbortController().signal), trace }, () =>
    beginExternalCall(runtime, "GET", URL_WITH_SECRETS).end({ status: 200, errorType: "", message: "" }),
  );
  expect(spans).toMatchObject([{ traceId: trace.traceId, parentSpanId: trace.spanId, name: "GET", status: "unset" }]);
  expect(spans[0]?.attributes).toEqual({
    "http.request.method": "GET",
    "server.address": "api.example.com",
    "server.port": 8443,
    "url.full": "https://api.example.com:8443/rates/EUR",
    "http.response.status_code": 200,
  });
  expect(called).toEqual([
    { callee: "api.example.com:8443", external: true, operation: "GET", status: 200, durationMs: 0 },
  ]);
});

it("keeps failures, and those only, when the trace is not sampled", () => {
  const { runtime, spans } = world(false);
  const url = new URL("http://localhost/");
  beginExternalCall(runtime, "GET", url).end({ status: 200, errorType: "", message: "" });
  beginExternalCall(runtime, "GET", url).end({ status: 0, errorType: "ECONNREFUSED", message: "nothing listens" });
  expect(spans).toMatchObject([
    { status: "error", statusMessage: "nothing listens", attributes: { "error.type": "ECONNREFUSED" } },
  ]);
});
