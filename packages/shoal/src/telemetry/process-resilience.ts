import { AsyncLocalStorage } from "node:async_hooks";
import { messageOf } from "../core/errors.ts";
import type { Ports } from "../core/service.ts";
import { systemClock } from "../transport/system-ports.ts";
import type { MetricFamily } from "./openmetrics.ts";
import { resilienceEndpointFrom } from "./otlp-endpoint.ts";
import type { ProcessPoint } from "./otlp-metrics.ts";
import { createOtlpPost } from "./otlp-sender.ts";
import type { ResilienceMeter } from "./resilience.ts";
import { type CountingResilienceMeter, createResilienceMeter } from "./resilience-meter.ts";
import type { ResilienceReports } from "./resilience-reports/start.ts";
import { resourceFrom } from "./resource.ts";

/** A control plane that takes longer than this for a report is told the next one. */
const POST_TIMEOUT_MS = 2_000;

/** Loading and reporting live as long as the process: not in the context of the request that began them. */
const outsideOfCalls = AsyncLocalStorage.snapshot();

let meter: CountingResilienceMeter | undefined;
let begin: (() => void) | undefined;
let loading: Promise<ResilienceReports | undefined> | undefined;
let reports: ResilienceReports | undefined;

/**
 * What this process counts of how its calls and requests were protected, made on first use. What reads the counts is
 * loaded when the first thing is counted, or when somebody asks for metrics: a process that calls nobody loads nothing.
 * @param ports Of the first call; their timers must not keep the context of who starts them.
 */
export function processResilience(ports: Ports): ResilienceMeter {
  if (meter) return meter;
  const made = createResilienceMeter(systemClock);
  begin = () => {
    loading ??= outsideOfCalls(load, made, ports);
  };
  made.onNext(begin);
  meter = made;
  return made;
}

/** As metric families; none until what makes them is loaded, which the first question begins. */
export function resilienceFamilies(): readonly MetricFamily[] {
  begin?.();
  return reports?.families() ?? [];
}

/** As values for OTLP, likewise. */
export function resiliencePoints(): readonly ProcessPoint[] {
  begin?.();
  return reports?.points() ?? [];
}

/** Sends the last report. Never rejects. */
export async function flushProcessResilience(): Promise<void> {
  await (await loading)?.stop();
}

async function load(counting: CountingResilienceMeter, ports: Ports): Promise<ResilienceReports | undefined> {
  try {
    const { startResilienceReports } = await import("./resilience-reports/start.ts");
    const resource = resourceFrom(process.env, process.pid);
    const endpoint = resilienceEndpointFrom(process.env);
    reports = startResilienceReports({
      ports,
      meter: counting,
      reporter: { service: resource["service.name"] ?? "", instance: resource["service.instance.id"] ?? "" },
      post: endpoint && createOtlpPost(endpoint, POST_TIMEOUT_MS),
    });
    return reports;
  } catch (cause) {
    // No reason for a call to fail.
    process.emitWarning(`Shoal cannot report its resilience: ${messageOf(cause)}`);
    return undefined;
  }
}
