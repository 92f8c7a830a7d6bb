// A bare node:http server with the same route, and with OpenTelemetry's own instrumentation when COST_INSTRUMENTED is 1.
if (process.env.COST_INSTRUMENTED === "1") {
  const { registerInstrumentations } = require("@opentelemetry/instrumentation");
  const { HttpInstrumentation } = require("@opentelemetry/instrumentation-http");
  const { BatchSpanProcessor, TracerProvider } = require("@opentelemetry/sdk-trace");
  const { OTLPTraceExporter } = require("@opentelemetry/exporter-trace-otlp-http");
  const { AsyncLocalStorageContextManager } = require("@opentelemetry/context-async-hooks");
  const { context, trace } = require("@opentelemetry/api");
  const exporter = new OTLPTraceExporter({ url: `${process.env.COST_SINK}/v1/traces` });
  const spanProcessors = [new BatchSpanProcessor({ exporter, maxQueueSize: 100_000, scheduledDelayMillis: 500 })];
  const provider = new TracerProvider({ spanProcessors });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager());
  trace.setGlobalTracerProvider(provider);
  registerInstrumentations({ tracerProvider: provider, instrumentations: [new HttpInstrumentation()] });
}
const { createServer } = require("node:http");

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = JSON.stringify(JSON.parse(Buffer.concat(chunks).toString()));
  response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(body) }).end(body);
});
server.listen(0, "127.0.0.1", () => {
  process.on("message", () => {
    const { user, system } = process.cpuUsage();
    process.send({ cpuUs: user + system });
  });
  process.on("disconnect", () => process.exit());
  process.send({ address: `http://127.0.0.1:${server.address().port}` });
});
