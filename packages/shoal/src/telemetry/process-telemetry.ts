import { AsyncLocalStorage } from "node:async_hooks";
import type { Log } from "../core/log.ts";
import type { Ports } from "../core/service.ts";
import { systemClock, systemPorts } from "../transport/system-ports.ts";
import { type Batches, createBatches } from "./batches.ts";
import { type Exporter, startExporter } from "./exporter.ts";
import { createLog, logLevelFrom } from "./log.ts";
import type { MetricFamily } from "./openmetrics.ts";
import { exchangesEndpointFrom, isControl, metricsEndpointFrom, otlpEndpointFrom } from "./otlp-endpoint.ts";
import { exportingLog, type LogRecord, logsEncoder } from "./otlp-logs.ts";
import { createOtlpPost, createOtlpSender } from "./otlp-sender.ts";
import { processFamilies, processPoints } from "./process-metrics.ts";
import { createProcessReadings } from "./process-readings.ts";
import { createProcessRecorder, type ProcessRecorder } from "./process-recorder.ts";
import {
  flushProcessResilience,
  resilienceFamilies,
  processResilience as resilienceOf,
  resiliencePoints,
} from "./process-resilience.ts";
import { NO_RECORDER, type Recorder } from "./recorder.ts";
import { createRedMeter, type RedMeter } from "./red-meter.ts";
import type { ResilienceMeter } from "./resilience.ts";
import { resourceFrom } from "./resource.ts";
import { samplingFrom } from "./sampling.ts";

/** A collector that takes longer than this for one push is left alone until the next. */
const PUSH_TIMEOUT_MS = 2_000;

/** Pushes live as long as the process: they must not hold on to the context of the request that began them. */
const outsideOfCalls = AsyncLocalStorage.snapshot();

let meter: RedMeter | undefined;
let exporter: Exporter | undefined;
let log: Log | undefined;
let recorder: ProcessRecorder | undefined;
let lines: Batches<LogRecord> | undefined;

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

/**
 * The recorder of this process, made on first use from SHOAL_* and OTEL_* variables: it records nothing when there is
 * neither a collector nor a control plane, and starts nothing before the first record.
 */
export function processRecorder(): Recorder {
  recorder ??= startRecorder();
  return recorder.enabled ? recorder : NO_RECORDER;
}

/** What this process counts of how its calls and requests were protected; see process-resilience.ts. */
export function processResilience(): ResilienceMeter {
  return resilienceOf(outsidePorts);
}

/** Sends the last counts and records. To be called when the process is about to end; takes at most 2 s. Never rejects. */
export async function flushProcessTelemetry(): Promise<void> {
  if (!exporter && !recorder && !lines) return;
  // Pushes keep no process alive, but these are wanted.
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, PUSH_TIMEOUT_MS);
    void Promise.all([exporter?.stop(), recorder?.flush(), lines?.flush(), flushProcessResilience()]).then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function startMeter(): RedMeter {
  const resource = resourceFrom(process.env, process.pid);
  const read = createProcessReadings();
  const made = createRedMeter({
    clock: systemClock,
    resource,
    families: () => [
      ...processFamilies(read()),
      ...resilienceFamilies(),
      pushFailures(exporter?.failures() ?? 0),
      droppedFamily(),
    ],
  });
  const endpoint = metricsEndpointFrom(process.env);
  if (endpoint) {
    const send = createOtlpSender(endpoint, PUSH_TIMEOUT_MS);
    const points = () => [...processPoints(read()), ...resiliencePoints()];
    const parts = { ports: outsidePorts, recorder: made, resource, send, processPoints: points };
    exporter = outsideOfCalls(startExporter, parts);
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

function droppedFamily(): MetricFamily {
  const { spans, exchanges } = recorder?.dropped() ?? { spans: 0, exchanges: 0 };
  return {
    name: "shoal_telemetry_dropped",
    type: "counter",
    unit: "",
    help: "Records that were dropped for want of room, or refused.",
    samples: [
      { labels: { kind: "spans" }, value: spans },
      { labels: { kind: "exchanges" }, value: exchanges },
      { labels: { kind: "logs" }, value: lines?.dropped() ?? 0 },
    ],
  };
}

/** A call that takes this long is recorded whether its trace is sampled or not, in ms. */
const SLOW_MS = 1_000;

function startRecorder(): ProcessRecorder {
  const spans = otlpEndpointFrom(process.env, "traces");
  const exchanges = exchangesEndpointFrom(process.env);
  const slowMs = Number(process.env["SHOAL_SLOW_MS"] || SLOW_MS);
  return createProcessRecorder({
    ports: outsidePorts,
    resource: resourceFrom(process.env, process.pid),
    sampling: samplingFrom(process.env),
    slowMs: slowMs >= 0 ? slowMs : SLOW_MS,
    postSpans: spans && createOtlpPost(spans, PUSH_TIMEOUT_MS),
    postExchanges: exchanges && createOtlpPost(exchanges, PUSH_TIMEOUT_MS),
  });
}

/** The first record of a batch, or after a rest, starts a timer, and would hand it the context of its request. */
const outsidePorts: Ports = {
  ...systemPorts,
  clock: { ...systemClock, after: (ms, task) => outsideOfCalls(systemClock.after, ms, task) },
};

function startLog(): Log {
  const resource = resourceFrom(process.env, process.pid);
  const level = logLevelFrom(process.env);
  const base = { service: resource["service.name"], instance: resource["service.instance.id"] };
  const printed = createLog({ clock: systemClock, level, base });
  const endpoint = otlpEndpointFrom(process.env, "logs");
  // The control plane has what is printed anyway, of every language.
  if (!endpoint || isControl(process.env, endpoint.url)) return printed;
  const post = createOtlpPost(endpoint, PUSH_TIMEOUT_MS);
  lines = createBatches({ ports: outsidePorts, encode: logsEncoder(resource), post });
  return exportingLog(printed, { clock: systemClock, batches: lines, from: level });
}
