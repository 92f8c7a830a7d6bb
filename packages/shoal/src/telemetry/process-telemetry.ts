import { AsyncLocalStorage } from "node:async_hooks";
import type { Log } from "../core/log.ts";
import { systemClock, systemPorts } from "../transport/system-ports.ts";
import { type Exporter, startExporter } from "./exporter.ts";
import { createLog, logLevelFrom } from "./log.ts";
import type { MetricFamily } from "./openmetrics.ts";
import { metricsEndpointFrom } from "./otlp-endpoint.ts";
import { createOtlpSender } from "./otlp-sender.ts";
import { createProcessMetrics } from "./process-metrics.ts";
import { createRedMeter, type RedMeter } from "./red-meter.ts";
import { resourceFrom } from "./resource.ts";

/** A collector that takes longer than this for one push is left alone until the next. */
const PUSH_TIMEOUT_MS = 2_000;

/** Pushes live as long as the process: they must not hold on to the context of the request that began them. */
const outsideOfCalls = AsyncLocalStorage.snapshot();

let meter: RedMeter | undefined;
let exporter: Exporter | undefined;
let log: Log | undefined;

/**
 * The meter of this process, made on first use from SHOAL_* and OTEL_* variables. With a collector or a control
 * plane in the environment it pushes there each second; see `metricsEndpointFrom`.
 */
export function processMeter(): RedMeter {
  meter ??= startMeter();
  return meter;
}

/** The log of this process, made on first use: JSON lines on standard output, level from SHOAL_LOG_LEVEL. */
export function processLog(): Log {
  log ??= startLog();
  return log;
}

/** Sends the last counts. To be called when the process is about to end; takes at most 2 s. Never rejects. */
export async function flushProcessTelemetry(): Promise<void> {
  if (!exporter) return;
  // Pushes keep no process alive, but this one is wanted.
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, PUSH_TIMEOUT_MS);
    void exporter?.stop().then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function startMeter(): RedMeter {
  const resource = resourceFrom(process.env, process.pid);
  const processFamilies = createProcessMetrics();
  const made = createRedMeter({
    clock: systemClock,
    resource,
    families: () => [...processFamilies(), pushFailures(exporter?.failures() ?? 0)],
  });
  const endpoint = metricsEndpointFrom(process.env);
  if (endpoint) {
    const send = createOtlpSender(endpoint, PUSH_TIMEOUT_MS);
    exporter = outsideOfCalls(startExporter, { ports: systemPorts, recorder: made, resource, send });
  }
  return made;
}

function pushFailures(failures: number): MetricFamily {
  return {
    name: "shoal_telemetry_push_failures",
    type: "counter",
    unit: "",
    help: "Pushes of metrics that were not taken.",
    samples: [{ labels: {}, value: failures }],
  };
}

function startLog(): Log {
  const resource = resourceFrom(process.env, process.pid);
  return createLog({
    clock: systemClock,
    level: logLevelFrom(process.env),
    base: { service: resource["service.name"], instance: resource["service.instance.id"] },
  });
}
