import { outsideOfCalls } from "../core/context.ts";
import type { Log } from "../core/log.ts";
import type { Ports } from "../core/service.ts";
import { systemClock, systemPorts } from "../transport/system-ports.ts";
import { type Batches, createBatches } from "./batches.ts";
import { type Exporter, startExporter } from "./exporter.ts";
import { createLog, type LogDestination, logLevelFrom } from "./log.ts";
import type { MetricFamily } from "./openmetrics.ts";
import { exchangesEndpointFrom, isControl, metricsEndpointFrom, otlpEndpointFrom } from "./otlp-endpoint.ts";
import { exportingLog, type LogRecord, logsEncoder } from "./otlp-logs.ts";
import { createOtlpPost, createOtlpSender } from "./otlp-sender.ts";
import { processFamilies, processPoints } from "./process-metrics.ts";
import { createProcessReadings } from "./process-readings.ts";
import { createProcessRecorder, type ProcessRecorder } from "./process-recorder.ts";
import { createResilienceTelemetry } from "./process-resilience.ts";
import { NO_RECORDER, type Recorder } from "./recorder.ts";
import { createRedMeter, type RedMeter } from "./red-meter.ts";
import type { ResilienceMeter } from "./resilience.ts";
import { resourceFrom } from "./resource.ts";
import { samplingFrom } from "./sampling.ts";

/** A collector that takes longer than this for one push is left alone until the next. */
const PUSH_TIMEOUT_MS = 2_000;

/** The first record of a batch, or after a rest, starts a timer, and would hand it the context of its request. */
const outsidePorts: Ports = {
  ...systemPorts,
  clock: { ...systemClock, after: (ms, task) => outsideOfCalls(systemClock.after, ms, task) },
};

/** The services of a process read its values from one place: watching the loop and the collector costs once. */
const readProcess = createProcessReadings();

/** What one service tells of itself. Each part is made on first use. */
export interface Telemetry {
  readonly meter: () => RedMeter;
  readonly log: () => Log;
  /** Records nothing when there is neither a collector nor a control plane. */
  readonly recorder: () => Recorder;
  readonly resilience: () => ResilienceMeter;
  /** See `flushProcessTelemetry`. */
  readonly flush: () => Promise<void>;
}

export interface TelemetryParts {
  /** SHOAL_* and OTEL_* variables: who tells, and where to. */
  readonly env: NodeJS.ProcessEnv;
  /** Where the log's lines go. Default: standard output. */
  readonly destination?: LogDestination | undefined;
}

const ofProcess = createTelemetry({ env: process.env });

/**
 * The meter of this process, made on first use from SHOAL_* and OTEL_* variables. With a collector or a control
 * plane in the environment it pushes there each second; see `metricsEndpointFrom`.
 */
export function processMeter(): RedMeter {
  return ofProcess.meter();
}

/** The log of this process, made on first use: JSON lines on standard output, level from SHOAL_LOG_LEVEL. */
export function processLog(): Log {
  return ofProcess.log();
}

/**
 * The recorder of this process, made on first use from SHOAL_* and OTEL_* variables: it records nothing when there is
 * neither a collector nor a control plane, and starts nothing before the first record.
 */
export function processRecorder(): Recorder {
  return scope === undefined ? ofProcess.recorder() : recorderInScope(scope);
}

let scope: (() => Telemetry | undefined) | undefined;

/**
 * Has what is recorded for the process, such as spans of OpenTelemetry's API, be of the service whose code runs.
 * @param current That service's; undefined outside of all of them.
 */
export function scopeTelemetry(current: () => Telemetry | undefined): void {
  scope = current;
}

function recorderInScope(current: () => Telemetry | undefined): Recorder {
  const recorder = () => (current() ?? ofProcess).recorder();
  const { enabled, slowMs } = ofProcess.recorder();
  return {
    enabled,
    slowMs,
    sampleNewTrace: (nowMs) => recorder().sampleNewTrace(nowMs),
    span: (span) => recorder().span(span),
    exchange: (exchange) => recorder().exchange(exchange),
  };
}

/** What this process counts of how its calls and requests were protected; see process-resilience.ts. */
export function processResilience(): ResilienceMeter {
  return ofProcess.resilience();
}

/** Sends the last counts and records. To be called when the process is about to end; takes at most 2 s. Never rejects. */
export function flushProcessTelemetry(): Promise<void> {
  return ofProcess.flush();
}

/** What a process tells of itself; in a group, what each of its services does. */
export function createTelemetry({ env, destination }: TelemetryParts): Telemetry {
  let meter: RedMeter | undefined;
  let exporter: Exporter | undefined;
  let log: Log | undefined;
  let recorder: ProcessRecorder | undefined;
  let lines: Batches<LogRecord> | undefined;
  const resilience = createResilienceTelemetry(env, outsidePorts);

  const startMeter = (): RedMeter => {
    const resource = resourceFrom(env, process.pid);
    const made = createRedMeter({
      clock: systemClock,
      resource,
      families: () => [
        ...processFamilies(readProcess()),
        ...resilience.families(),
        pushFailures(exporter?.failures() ?? 0),
        droppedFamily(recorder?.dropped(), lines?.dropped()),
      ],
    });
    const endpoint = metricsEndpointFrom(env);
    if (endpoint) {
      const send = createOtlpSender(endpoint, PUSH_TIMEOUT_MS);
      const points = () => [...processPoints(readProcess()), ...resilience.points()];
      const parts = { ports: outsidePorts, recorder: made, resource, send, processPoints: points };
      exporter = outsideOfCalls(startExporter, parts);
    }
    return made;
  };
  const startLog = (): Log => {
    const resource = resourceFrom(env, process.pid);
    const level = logLevelFrom(env);
    const base = { service: resource["service.name"], instance: resource["service.instance.id"] };
    const printed = createLog({ clock: systemClock, level, base, ...(destination && { destination }) });
    const endpoint = otlpEndpointFrom(env, "logs");
    // The control plane has what is printed anyway, of every language.
    if (!endpoint || isControl(env, endpoint.url)) return printed;
    const post = createOtlpPost(endpoint, PUSH_TIMEOUT_MS);
    lines = createBatches({ ports: outsidePorts, encode: logsEncoder(resource), post });
    return exportingLog(printed, { clock: systemClock, batches: lines, from: level });
  };

  return {
    meter() {
      meter ??= startMeter();
      return meter;
    },
    log() {
      log ??= startLog();
      return log;
    },
    recorder() {
      recorder ??= startRecorder(env);
      return recorder.enabled ? recorder : NO_RECORDER;
    },
    resilience: resilience.meter,
    async flush() {
      if (!exporter && !recorder && !lines) return;
      // Pushes keep no process alive, but these are wanted.
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, PUSH_TIMEOUT_MS);
        void Promise.all([exporter?.stop(), recorder?.flush(), lines?.flush(), resilience.flush()]).then(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    },
  };
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

function droppedFamily(
  { spans, exchanges }: Readonly<Record<"spans" | "exchanges", number>> = { spans: 0, exchanges: 0 },
  logs = 0,
): MetricFamily {
  return {
    name: "shoal_telemetry_dropped",
    type: "counter",
    unit: "",
    help: "Records that were dropped for want of room, or refused.",
    samples: [
      { labels: { kind: "spans" }, value: spans },
      { labels: { kind: "exchanges" }, value: exchanges },
      { labels: { kind: "logs" }, value: logs },
    ],
  };
}

/** A call that takes this long is recorded whether its trace is sampled or not, in ms. */
const SLOW_MS = 1_000;

function startRecorder(env: NodeJS.ProcessEnv): ProcessRecorder {
  const spans = otlpEndpointFrom(env, "traces");
  const exchanges = exchangesEndpointFrom(env);
  const slowMs = Number(env["SHOAL_SLOW_MS"] || SLOW_MS);
  return createProcessRecorder({
    ports: outsidePorts,
    resource: resourceFrom(env, process.pid),
    sampling: samplingFrom(env),
    slowMs: slowMs >= 0 ? slowMs : SLOW_MS,
    postSpans: spans && createOtlpPost(spans, PUSH_TIMEOUT_MS),
    postExchanges: exchanges && createOtlpPost(exchanges, PUSH_TIMEOUT_MS),
  });
}
