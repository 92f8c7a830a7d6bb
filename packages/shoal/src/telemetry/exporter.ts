import type { Cancel } from "../core/clock.ts";
import { checkDurationMs, checkInteger, withDefaults } from "../core/options.ts";
import type { Ports } from "../core/service.ts";
import { encodeOtlpMetrics, type ProcessPoint } from "./otlp-metrics.ts";
import type { OtlpSend } from "./otlp-sender.ts";
import type { RedRecorder } from "./red-series.ts";
import type { Resource } from "./resource.ts";

export interface ExporterOptions {
  /** Time between two pushes, in ms, >= 10. Default 1 000: what a live table shows must not be older. */
  readonly intervalMs: number;
  /** Time between two pushes of the process' own values, in ms; a multiple of the interval. Default 5 000. */
  readonly processMs: number;
  /** A push that would say nothing new is left out, but for one in this many. Default 10: idle services stay quiet. */
  readonly quietPushesMax: number;
}

export const EXPORTER_DEFAULTS: ExporterOptions = Object.freeze({
  intervalMs: 1_000,
  processMs: 5_000,
  quietPushesMax: 10,
});

/** Pushes counts at an interval. It never blocks a request and never fails: what cannot be sent is counted. */
export interface Exporter {
  /** Stops, after one last push when there is something new. Never rejects. */
  readonly stop: () => Promise<void>;
  /** Pushes that were not taken. Nothing is lost by one: the counts are cumulative. */
  readonly failures: () => number;
}

export interface ExporterParts {
  readonly ports: Ports;
  readonly recorder: RedRecorder;
  readonly resource: Resource;
  readonly send: OtlpSend;
  /** What the process itself costs. Default: nothing is told of it. */
  readonly processPoints?: () => readonly ProcessPoint[];
}

/** Starts to push. Throws OPTION_INVALID. */
export function startExporter(parts: ExporterParts, given?: Partial<ExporterOptions>): Exporter {
  const { intervalMs, processMs, quietPushesMax } = withDefaults(EXPORTER_DEFAULTS, given);
  checkDurationMs("intervalMs", intervalMs, 10);
  checkDurationMs("processMs", processMs, intervalMs);
  checkInteger("quietPushesMax", quietPushesMax, 1);
  const { ports, recorder, resource, send, processPoints } = parts;
  const startMs = ports.clock.wallMs();
  let cancel: Cancel = () => {};
  let stopped = false;
  let failures = 0;
  let quiet = 0;
  let ticks = 0;
  let sentRequests = 0;

  const push = async (withSeries: boolean, withProcess: boolean) => {
    const { series, requests } = withSeries ? recorder.snapshot() : { series: [], requests: sentRequests };
    const process = withProcess ? (processPoints?.() ?? []) : [];
    const taken = await send(encodeOtlpMetrics({ series, process, startMs }, resource, ports.clock.wallMs()));
    if (taken) sentRequests = requests;
    else failures += 1;
  };
  const tick = async () => {
    const isNews = recorder.requests() > sentRequests;
    quiet = isNews ? 0 : quiet + 1;
    ticks += 1;
    // A control plane that was restarted knows no counts: an idle service repeats its own now and then.
    const withSeries = isNews || (quiet % quietPushesMax === 0 && recorder.requests() > 0);
    const withProcess = processPoints !== undefined && (ticks * intervalMs) % processMs < intervalMs;
    if (withSeries || withProcess) await push(withSeries, withProcess);
    // The next one only when this one is over: a slow collector gets fewer pushes, not more at once.
    if (!stopped) schedule(intervalMs);
  };
  const schedule = (ms: number) => {
    cancel = ports.clock.after(ms, () => void tick());
  };
  // Services that start together must not push together.
  schedule(ports.random() * intervalMs);

  return {
    failures: () => failures,
    async stop() {
      if (stopped) return;
      stopped = true;
      cancel();
      if (recorder.requests() > sentRequests) await push(true, false);
    },
  };
}
