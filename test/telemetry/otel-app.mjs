// An app that knows OpenTelemetry and nothing of Shoal. Its SDK reads OTEL_EXPORTER_OTLP_ENDPOINT by itself.
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";

const resource = resourceFromAttributes({ "service.name": "checkout", "service.instance.id": "checkout-7" });
const exporter = new OTLPTraceExporter();
const provider = new TracerProvider({ resource, spanProcessors: [new BatchSpanProcessor({ exporter })] });
const tracer = provider.getTracer("checkout-http", "2.0.0");

const served = tracer.startSpan("POST /orders", { kind: SpanKind.SERVER });
served.setAttributes({ "http.request.method": "POST", "http.route": "/orders", "http.response.status_code": 500 });
const query = tracer.startSpan("INSERT orders", { kind: SpanKind.CLIENT }, trace.setSpan(ROOT_CONTEXT, served));
query.setAttributes({ "db.system.name": "postgresql", rows: 0, tags: ["slow", "night"] });
query.recordException(new Error("deadlock <b>detected</b>"));
query.setStatus({ code: SpanStatusCode.ERROR, message: "deadlock" });
query.end();
served.setStatus({ code: SpanStatusCode.ERROR });
served.end();
await provider.forceFlush();
await provider.shutdown();
process.stdout.write(`${served.spanContext().traceId}\n`);
