import type { MetricFamily } from "./openmetrics.ts";
import type { ProcessPoint } from "./otlp-metrics.ts";
import { createProcessReadings, type ProcessReading } from "./process-readings.ts";

/**
 * A reading in OpenTelemetry's words.
 * @see https://opentelemetry.io/docs/specs/semconv/runtime/nodejs-metrics/
 */
export function processPoints(reading: ProcessReading): readonly ProcessPoint[] {
  const { loopDelayS } = reading;
  return [
    {
      name: "process.cpu.time",
      unit: "s",
      kind: "sum",
      points: [
        { attributes: { "cpu.mode": "user" }, value: reading.cpuUserS },
        { attributes: { "cpu.mode": "system" }, value: reading.cpuSystemS },
      ],
    },
    gaugePoint("process.memory.usage", "By", reading.rssBytes),
    gaugePoint("process.uptime", "s", reading.uptimeS),
    gaugePoint("v8js.memory.heap.used", "By", reading.heapUsedBytes),
    gaugePoint("v8js.memory.heap.limit", "By", reading.heapLimitBytes),
    gaugePoint("nodejs.eventloop.delay.p50", "s", loopDelayS.p50),
    gaugePoint("nodejs.eventloop.delay.p99", "s", loopDelayS.p99),
    gaugePoint("nodejs.eventloop.delay.max", "s", loopDelayS.max),
    gaugePoint("nodejs.eventloop.utilization", "1", reading.loopUtilization),
    { name: "v8js.gc.duration", unit: "s", kind: "histogram", histogram: reading.gc },
  ];
}

/** The same as metric families, in the names that Prometheus' own clients have for them. */
export function processFamilies(reading: ProcessReading): readonly MetricFamily[] {
  const { loopDelayS, cpuUserS, cpuSystemS, uptimeS } = reading;
  const startS = Date.now() / 1_000 - uptimeS;
  return [
    counter("process_cpu_seconds", "CPU time used, user and system.", cpuUserS + cpuSystemS),
    gauge("process_resident_memory_bytes", "Memory in RAM.", reading.rssBytes),
    gauge("process_start_time_seconds", "Unix time of the start.", startS),
    gauge("process_uptime_seconds", "Age of the process.", uptimeS),
    gauge("v8js_memory_heap_used_bytes", "Heap in use.", reading.heapUsedBytes),
    gauge("v8js_memory_heap_limit_bytes", "Heap that may be used.", reading.heapLimitBytes),
    gauge("nodejs_eventloop_delay_p50_seconds", `Median delay ${WINDOW}`, loopDelayS.p50),
    gauge("nodejs_eventloop_delay_p99_seconds", `Delay of the worst 1 % ${WINDOW}`, loopDelayS.p99),
    gauge("nodejs_eventloop_delay_max_seconds", `Longest delay ${WINDOW}`, loopDelayS.max),
    gauge("nodejs_eventloop_utilization_ratio", `Share of time with work ${WINDOW}`, reading.loopUtilization),
    {
      name: "v8js_gc_duration_seconds",
      type: "histogram",
      unit: "seconds",
      help: "Pauses of garbage collection.",
      samples: [{ labels: {}, value: reading.gc }],
    },
  ];
}

/** What the process costs as metric families, read each time it is called. */
export function createProcessMetrics(): () => readonly MetricFamily[] {
  const read = createProcessReadings();
  return () => processFamilies(read());
}

const WINDOW = "in the last 5 s.";

function gaugePoint(name: string, unit: string, value: number): ProcessPoint {
  return { name, unit, kind: "gauge", points: [{ attributes: {}, value }] };
}

/** A name ends in its unit. */
function gauge(name: string, help: string, value: number): MetricFamily {
  return { name, type: "gauge", unit: unitOf(name), help, samples: [{ labels: {}, value }] };
}

function counter(name: string, help: string, value: number): MetricFamily {
  return { name, type: "counter", unit: unitOf(name), help, samples: [{ labels: {}, value }] };
}

function unitOf(name: string): string {
  return name.slice(name.lastIndexOf("_") + 1);
}
