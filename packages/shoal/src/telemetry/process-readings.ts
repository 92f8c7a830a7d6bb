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

/** How often the loop is looked at, in ms: ten times a second costs an idle process nothing that can be measured. */
const RESOLUTION_MS = 100;
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
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
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
      last = {
        loopDelayS: { p50: delayS(delay.percentile(50)), p99: delayS(delay.percentile(99)), max: delayS(delay.max) },
        loopUtilization: performance.eventLoopUtilization(until, since).utilization,
      };
      since = until;
      windowMs = nowMs;
      delay.reset();
    }
    return { ...last, gc };
  };
}

/** The histogram holds the time between two looks, which is never less than the resolution. */
function delayS(ns: number): number {
  return Math.max(0, ns / 1e9 - RESOLUTION_MS / 1_000);
}
