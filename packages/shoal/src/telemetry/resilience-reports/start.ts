import type { Ports } from "../../core/service.ts";
import type { MetricFamily } from "../openmetrics.ts";
import type { ProcessPoint } from "../otlp-metrics.ts";
import type { OtlpPost } from "../otlp-sender.ts";
import type { ResilienceReport } from "../resilience.ts";
import type { CountingResilienceMeter } from "../resilience-meter.ts";
import { type Reporter, resilienceReport } from "./report.ts";
import { startResilienceReporter } from "./reporter.ts";
import { resilienceFamilies, resiliencePoints } from "./resilience-metrics.ts";

/** What is made of the counts, for whoever asks. */
export interface ResilienceReports {
  readonly families: () => readonly MetricFamily[];
  readonly points: () => readonly ProcessPoint[];
  /** See `ResilienceReporter.stop`. */
  readonly stop: () => Promise<void>;
}

export interface ResilienceReportsParts {
  readonly ports: Ports;
  readonly meter: CountingResilienceMeter;
  readonly reporter: Reporter;
  /** Where reports go; undefined: nowhere. */
  readonly post: OtlpPost | undefined;
}

/** Starts to report what a process counts. */
export function startResilienceReports({ ports, meter, reporter, post }: ResilienceReportsParts): ResilienceReports {
  const report = () => resilienceReport(meter.counted, reporter);
  let failures = 0;
  const send = async (told: ResilienceReport, to: OtlpPost) => {
    const { kind } = await to(JSON.stringify(told));
    if (kind !== "taken") failures += 1;
  };
  const sent = post && startResilienceReporter({ ports, meter, report, send: (told) => send(told, post) });
  return {
    families: () => [...resilienceFamilies(report()), failureFamily(failures)],
    points: () => resiliencePoints(report()),
    stop: async () => sent?.stop(),
  };
}

function failureFamily(failures: number): MetricFamily {
  return {
    name: "shoal_resilience_report_failures",
    type: "counter",
    unit: "",
    help: "Reports to the control plane that were not taken.",
    samples: [{ labels: {}, value: failures }],
  };
}
