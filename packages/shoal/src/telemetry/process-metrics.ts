import { monitorEventLoopDelay } from "node:perf_hooks";
import type { MetricFamily } from "./openmetrics.ts";

/** How often the loop is looked at, in ms: ten times a second costs an idle process nothing that can be measured. */
const RESOLUTION_MS = 100;

/** What the process itself costs: CPU, memory, event loop delay, age. Reads the machine each time it is called. */
export function createProcessMetrics(): () => readonly MetricFamily[] {
  // Begun by the first scrape: a process that nobody scrapes pays for no timer.
  let delay: ReturnType<typeof monitorEventLoopDelay> | undefined;
  const startS = Date.now() / 1_000 - process.uptime();
  return () => {
    const delayS = delay === undefined ? 0 : overResolutionS(delay.max);
    if (delay === undefined) {
      delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
      delay.enable();
    } else {
      delay.reset();
    }
    const cpu = process.cpuUsage();
    return [
      counter("process_cpu_seconds", "seconds", "CPU time used, user and system.", (cpu.user + cpu.system) / 1e6),
      gauge("process_resident_memory_bytes", "bytes", "Memory in RAM.", process.memoryUsage.rss()),
      gauge("process_start_time_seconds", "seconds", "Unix time of the start.", startS),
      gauge("process_uptime_seconds", "seconds", "Age of the process.", process.uptime()),
      gauge("nodejs_eventloop_delay_max_seconds", "seconds", "Longest delay since the scrape before.", delayS),
    ];
  };
}

/** The histogram holds the time between two looks, which is never less than the resolution. */
function overResolutionS(ns: number): number {
  return Math.max(0, ns / 1e9 - RESOLUTION_MS / 1_000);
}

function gauge(name: string, unit: string, help: string, value: number): MetricFamily {
  return { name, type: "gauge", unit, help, samples: [{ labels: {}, value }] };
}

function counter(name: string, unit: string, help: string, value: number): MetricFamily {
  return { name, type: "counter", unit, help, samples: [{ labels: {}, value }] };
}
