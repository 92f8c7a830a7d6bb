import { AsyncLocalStorage } from "node:async_hooks";
import * as api from "@opentelemetry/api";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { expect, it } from "vitest";
import { traceOfCall } from "../../client/call-context.ts";
import { currentContext, runInContext } from "../../core/context.ts";
import { newTrace } from "../../core/trace-context.ts";
import { createFakeRuntime } from "../../testing/fake-runtime.ts";
import { createRecordingRecorder } from "../../testing/recording-recorder.ts";
import { arrivingContext } from "../../transport/arrival.ts";
import { joinOpenTelemetry } from "./join.ts";

/** What an app's own SDK registers to keep its contexts. */
function ownContextManager(): api.ContextManager {
  const storage = new AsyncLocalStorage<api.Context>();
  const manager: api.ContextManager = {
    active: () => storage.getStore() ?? api.ROOT_CONTEXT,
    with: (context, task, self, ...parameters) => storage.run(context, () => task.call(self as never, ...parameters)),
    bind: (_context, target) => target,
    enable: () => manager,
    disable: () => manager,
  };
  return manager;
}

it("leaves an app's own SDK alone, and has calls continue its spans", () => {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  api.context.setGlobalContextManager(ownContextManager());
  api.trace.setGlobalTracerProvider(provider);
  const { ports } = createFakeRuntime();
  const recorder = createRecordingRecorder();
  joinOpenTelemetry({ api, ports, recorder });

  const context = { ...arrivingContext(new AbortController().signal), trace: newTrace(ports.random) };
  runInContext(context, () =>
    api.trace.getTracer("theirs").startActiveSpan("theirs", (span) => {
      const call = traceOfCall({ ports }, currentContext());
      expect(call).toMatchObject({ traceId: span.spanContext().traceId, parentSpanId: span.spanContext().spanId });
      span.end();
    }),
  );
  expect(exporter.getFinishedSpans().map(({ name }) => name)).toEqual(["theirs"]);
  expect(recorder.spans).toEqual([]);
  expect(runInContext(context, () => currentContext()?.trace.spanId)).toBe(context.trace.spanId);
});
