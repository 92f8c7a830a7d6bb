import { outsideOfCalls } from "../core/context.ts";
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

/** What one service counts of how its calls and requests were protected, and what is made of it. */
export interface ResilienceTelemetry {
  /** Made on first use. */
  readonly meter: () => ResilienceMeter;
  /** As metric families; none until what makes them is loaded, which the first question begins. */
  readonly families: () => readonly MetricFamily[];
  /** As values for OTLP, likewise. */
  readonly points: () => readonly ProcessPoint[];
  /** Sends the last report. Never rejects. */
  readonly flush: () => Promise<void>;
}

/**
 * Counts how calls and requests were protected. What reads the counts is loaded when the first thing is counted, or when
 * somebody asks for metrics: a process that calls nobody loads nothing.
 * @param env Who reports, and where to.
 * @param ports Their timers must not keep the context of who starts them.
 */
export function createResilienceTelemetry(env: NodeJS.ProcessEnv, ports: Ports): ResilienceTelemetry {
  let meter: CountingResilienceMeter | undefined;
  let loading: Promise<ResilienceReports | undefined> | undefined;
  let reports: ResilienceReports | undefined;
  const begin = () => {
    if (meter === undefined || loading !== undefined) return;
    loading = outsideOfCalls(load, meter, { env, ports });
    void loading.then((loaded) => {
      reports = loaded;
    });
  };
  return {
    meter() {
      if (meter) return meter;
      meter = createResilienceMeter(systemClock);
      meter.onNext(begin);
      return meter;
    },
    families() {
      begin();
      return reports?.families() ?? [];
    },
    points() {
      begin();
      return reports?.points() ?? [];
    },
    async flush() {
      await (await loading)?.stop();
    },
  };
}

interface LoadParts {
  readonly env: NodeJS.ProcessEnv;
  readonly ports: Ports;
}

async function load(
  counting: CountingResilienceMeter,
  { env, ports }: LoadParts,
): Promise<ResilienceReports | undefined> {
  try {
    const { startResilienceReports } = await import("./resilience-reports/start.ts");
    const resource = resourceFrom(env, process.pid);
    const endpoint = resilienceEndpointFrom(env);
    return startResilienceReports({
      ports,
      meter: counting,
      reporter: { service: resource["service.name"] ?? "", instance: resource["service.instance.id"] ?? "" },
      post: endpoint && createOtlpPost(endpoint, POST_TIMEOUT_MS),
    });
  } catch (cause) {
    // No reason for a call to fail.
    process.emitWarning(`Shoal cannot report its resilience: ${messageOf(cause)}`);
    return undefined;
  }
}
