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

/** A sleep without an end would be no timer. */
const SLEEP_MS_MAX = 600_000;

/** Starts to push. Throws OPTION_INVALID. */
export function startExporter(parts: ExporterParts, given?: Partial<ExporterOptions>): Exporter {
  const { intervalMs, processMs, quietPushesMax } = withDefaults(EXPORTER_DEFAULTS, given);
  checkDurationMs("intervalMs", intervalMs, 10);
  checkDurationMs("processMs", processMs, intervalMs);
  checkInteger("quietPushesMax", quietPushesMax, 1);
  const { ports, recorder, resource, send, processPoints } = parts;
  const startMs = ports.clock.wallMs();
  const { clock } = ports;
  // Services that start together must not push together.
  const firstMs = clock.now() + ports.random() * intervalMs;
  let cancel: Cancel = () => {};
  let stopped = false;
  let failures = 0;
  let sentRequests = 0;
  let processDueMs = processPoints ? firstMs + processMs - intervalMs : Number.POSITIVE_INFINITY;
  let seriesMs = firstMs;

  const push = async (withSeries: boolean, withProcess: boolean) => {
    const { series, requests } = withSeries ? recorder.snapshot() : { series: [], requests: sentRequests };
    const process = withProcess ? (processPoints?.() ?? []) : [];
    const taken = await send(encodeOtlpMetrics({ series, process, startMs }, resource, ports.clock.wallMs()));
    if (taken) sentRequests = requests;
    else failures += 1;
  };
  /** A control plane that was restarted knows no counts: an idle service repeats its own now and then. */
  const repeatMs = quietPushesMax * intervalMs;
  const isNews = () => recorder.requests() > sentRequests;
  const tick = async () => {
    // It is awake: a request during the push must not start a second timer.
    recorder.onNext(undefined);
    const nowMs = clock.now();
    const withProcess = nowMs >= processDueMs;
    // Together with the process' own values, rather than as one more push soon after.
    const repeatDueMs = seriesMs + repeatMs - (withProcess ? processMs / 2 : 0);
    const withSeries = isNews() || (recorder.requests() > 0 && nowMs >= repeatDueMs);
    if (withProcess) processDueMs += processMs * Math.ceil((nowMs + 1 - processDueMs) / processMs);
    if (withSeries) seriesMs = nowMs;
    if (withSeries || withProcess) await push(withSeries, withProcess);
    // The next one only when this one is over: a slow collector gets fewer pushes, not more at once.
    if (!stopped) schedule(withSeries || isNews() ? intervalMs : sleepMs());
  };
  const schedule = (ms: number) => {
    cancel = clock.after(ms, () => void tick());
    if (ms > intervalMs) recorder.onNext(wake);
  };
  /** An idle process is woken for nothing but what it has to say. */
  const sleepMs = () => {
    const repeatDueMs = recorder.requests() > 0 ? seriesMs + repeatMs : Number.POSITIVE_INFINITY;
    return Math.max(intervalMs, Math.min(processDueMs, repeatDueMs, clock.now() + SLEEP_MS_MAX) - clock.now());
  };
  const wake = () => {
    if (stopped) return;
    cancel();
    schedule(intervalMs);
  };
  schedule(firstMs - clock.now());

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
