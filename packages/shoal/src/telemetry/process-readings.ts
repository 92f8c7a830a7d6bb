import { monitorEventLoopDelay, PerformanceObserver, performance } from "node:perf_hooks";
import { getHeapStatistics } from "node:v8";
import { createHistogram, type Histogram, recordDuration } from "./histogram.ts";

/** What the process itself costs, as of a moment. */
export interface ProcessReading {
  readonly cpuUserS: number;
  readonly cpuSystemS: number;
  readonly rssBytes: number;
  readonly heapUsedBytes: number;
  readonly heapLimitBytes: number;
  readonly uptimeS: number;
  /** Of the last whole window; 0 before the first. */
  readonly loopDelayS: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Share of the last whole window in which the event loop had something to do. */
  readonly loopUtilization: number;
  /** Pauses of garbage collection since readings began. */
  readonly gc: Readonly<Histogram>;
}

/** How often a loop with work is looked at, in ms. */
const RESOLUTION_MS = 100;
/** The same of an idle one: each look wakes the process, and ten a second were most of what telemetry cost it. */
const IDLE_RESOLUTION_MS = 1_000;
/** A loop that was busy for less than this share of a window is idle. */
const IDLE_UTILIZATION = 0.02;
/** Delay and utilization are of windows of this length, in ms, however many read them. */
const WINDOW_MS = 5_000;

/**
 * Reads the machine each time it is called. What has to be watched between two readings is watched from the first one
 * on: a process that nobody asks pays nothing.
 */
export function createProcessReadings(): () => ProcessReading {
  let watch: ReturnType<typeof watchProcess> | undefined;
  return () => {
    watch ??= watchProcess();
    const cpu = process.cpuUsage();
    const { used_heap_size, heap_size_limit } = getHeapStatistics();
    return {
      cpuUserS: cpu.user / 1e6,
      cpuSystemS: cpu.system / 1e6,
      rssBytes: process.memoryUsage.rss(),
      heapUsedBytes: used_heap_size,
      heapLimitBytes: heap_size_limit,
      uptimeS: process.uptime(),
      ...watch(),
    };
  };
}

function watchProcess(): () => Pick<ProcessReading, "loopDelayS" | "loopUtilization" | "gc"> {
  let delay = watchDelay(RESOLUTION_MS);
  const gc = createHistogram();
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) recordDuration(gc, duration);
  });
  observer.observe({ entryTypes: ["gc"] });
  let since = performance.eventLoopUtilization();
  let windowMs = performance.now();
  let last = { loopDelayS: { p50: 0, p99: 0, max: 0 }, loopUtilization: 0 };
  return () => {
    const nowMs = performance.now();
    if (nowMs - windowMs >= WINDOW_MS) {
      const until = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(until, since);
      last = { loopDelayS: delay.read(), loopUtilization: utilization };
      since = until;
      windowMs = nowMs;
      const resolutionMs = utilization < IDLE_UTILIZATION ? IDLE_RESOLUTION_MS : RESOLUTION_MS;
      if (resolutionMs !== delay.resolutionMs) {
        delay.end();
        delay = watchDelay(resolutionMs);
      }
    }
    return { ...last, gc };
  };
}

function watchDelay(resolutionMs: number) {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  histogram.enable();
  // it holds the time between two looks, which is never less than the resolution
  const delayS = (ns: number) => Math.max(0, ns / 1e9 - resolutionMs / 1_000);
  return {
    resolutionMs,
    /** The delays since the last time. */
    read() {
      const { max } = histogram;
      const read = { p50: delayS(histogram.percentile(50)), p99: delayS(histogram.percentile(99)), max: delayS(max) };
      histogram.reset();
      return read;
    },
    end: () => void histogram.disable(),
  };
}
