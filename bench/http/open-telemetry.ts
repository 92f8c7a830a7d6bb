import { createRequire } from "node:module";
import { context, metrics, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-http";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { registerInstrumentations } from "@opentelemetry/instrumentation";
import { HttpInstrumentation } from "@opentelemetry/instrumentation-http";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";

/** Of new traces: at 10,000 requests a second as many as Shoal records. */
const SAMPLED_RATIO = 0.001;
const EXPORT_MS = 1_000;

/**
 * What Shoal has built in, as others add it: a span and a duration for each request, most of them not sampled. Only
 * OpenTelemetry's instrumentation of node:http: those of the frameworks add spans, and their cost, to it. To be called
 * before a framework is loaded.
 */
export function observe(sinkUrl: string): void {
  const exporter = new OTLPTraceExporter({ url: `${sinkUrl}/v1/traces` });
  const tracerProvider = new TracerProvider({
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(SAMPLED_RATIO) }),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
  });
  const meterProvider = new MeterProvider({
    readers: [
      new PeriodicExportingMetricReader({
        exporter: new OTLPMetricExporter({ url: `${sinkUrl}/v1/metrics` }),
        exportIntervalMillis: EXPORT_MS,
        exportTimeoutMillis: EXPORT_MS,
      }),
    ],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  trace.setGlobalTracerProvider(tracerProvider);
  metrics.setGlobalMeterProvider(meterProvider);
  registerInstrumentations({ tracerProvider, meterProvider, instrumentations: [new HttpInstrumentation()] });
  // It waits for somebody to require the module; a framework that imports it would go unobserved.
  createRequire(import.meta.url)("node:http");
}
