import type { Clock } from "../core/clock.ts";
import { type MetricFamily, OPENMETRICS_TYPE, openMetricsText, prometheusText } from "./openmetrics.ts";
import { redFamilies } from "./red-metrics.ts";
import { createRedRecorder, type RedRecorder, type RedSeriesOptions } from "./red-series.ts";
import type { Resource } from "./resource.ts";

/** Counts what a process serves, and shows it as text for Prometheus. */
export interface RedMeter extends RedRecorder {
  /** See `Meter.render`. */
  readonly render: (type?: string) => string;
}

export interface RedMeterParts {
  readonly clock: Pick<Clock, "wallMs">;
  /** Who this is: the labels of `target_info`. */
  readonly resource: Resource;
  /** Families beside those of requests, such as the process' own. Asked at each render. */
  readonly families?: () => readonly MetricFamily[];
}

/** A meter with a bounded number of series. Throws OPTION_INVALID. */
export function createRedMeter(parts: RedMeterParts, options?: Partial<RedSeriesOptions>): RedMeter {
  const recorder = createRedRecorder(parts.clock, options);
  return {
    ...recorder,
    render(type = OPENMETRICS_TYPE) {
      const families = [...redFamilies(recorder.snapshot(), parts.resource), ...(parts.families?.() ?? [])];
      return type === OPENMETRICS_TYPE ? openMetricsText(families) : prometheusText(families);
    },
  };
}
