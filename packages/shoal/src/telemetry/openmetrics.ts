import { DURATION_BOUNDS_S, type Histogram } from "./histogram.ts";

/** The content type of an OpenMetrics text. */
export const OPENMETRICS_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/** The content type of Prometheus' own, older text. */
const PROMETHEUS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/**
 * OpenMetrics for who asks for it by name, as Prometheus does; the older text for all others, such as curl: every tool
 * reads that, `promtool check metrics` only that.
 */
export function metricsTypeFor(accept: string | undefined): string {
  return accept?.includes("application/openmetrics-text") ? OPENMETRICS_TYPE : PROMETHEUS_TYPE;
}

type Labels = Readonly<Record<string, string>>;

type MetricType = "counter" | "gauge" | "histogram" | "info";

/** Metrics of one name. */
export interface MetricFamily {
  /** Without the suffix `_total` or `_info`; ends with the unit when there is one. */
  readonly name: string;
  readonly type: MetricType;
  /** Such as "seconds" or "bytes"; "" when it counts things. */
  readonly unit: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

interface Sample {
  readonly labels: Labels;
  /** Of a counter, gauge or info (1); of a histogram the histogram itself. */
  readonly value: number | Readonly<Histogram>;
}

/**
 * Writes families as OpenMetrics text.
 * @see https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md
 */
export function openMetricsText(families: readonly MetricFamily[]): string {
  return `${families.map(openMetricsFamily).join("")}# EOF\n`;
}

/**
 * Writes families as Prometheus text: a counter's name has its suffix everywhere, what is known as "info" is a gauge, and
 * units are no more than a part of the name.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
export function prometheusText(families: readonly MetricFamily[]): string {
  return families
    .map((family) => {
      const name = `${family.name}${SUFFIX[family.type]}`;
      const type = family.type === "info" ? "gauge" : family.type;
      return `# HELP ${name} ${escapedHelp(family.help)}\n# TYPE ${name} ${type}\n${sampleLines(family)}`;
    })
    .join("");
}

function openMetricsFamily(family: MetricFamily): string {
  const { name, type, unit, help } = family;
  const unitLine = unit === "" ? "" : `# UNIT ${name} ${unit}\n`;
  return `# TYPE ${name} ${type}\n${unitLine}# HELP ${name} ${escaped(help)}\n${sampleLines(family)}`;
}

function sampleLines({ name, type, samples }: MetricFamily): string {
  const lines = samples.flatMap(({ labels, value }) =>
    typeof value === "number"
      ? [`${name}${SUFFIX[type]}${labelText(labels)} ${numberText(value)}`]
      : histogramLines(name, labels, value),
  );
  return lines.map((line) => `${line}\n`).join("");
}

/** Prometheus' text knows no quotes in a help. */
function escapedHelp(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

const SUFFIX: Readonly<Record<MetricType, string>> = { counter: "_total", gauge: "", histogram: "", info: "_info" };

function histogramLines(name: string, labels: Labels, histogram: Readonly<Histogram>): string[] {
  let below = 0;
  const buckets = histogram.counts.map((count, bucket) => {
    below += count;
    const bound = DURATION_BOUNDS_S[bucket];
    const le = bound === undefined ? "+Inf" : boundText(bound);
    return `${name}_bucket${labelText({ ...labels, le })} ${below}`;
  });
  return [
    ...buckets,
    `${name}_count${labelText(labels)} ${histogram.count}`,
    `${name}_sum${labelText(labels)} ${numberText(histogram.sumS)}`,
  ];
}

/** OpenMetrics wants the canonical float: "1.0", not "1". */
function boundText(bound: number): string {
  return Number.isInteger(bound) ? `${bound}.0` : String(bound);
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "+Inf" : "-Inf";
  return String(value);
}

/**
 * A name that comes twice would cost the whole scrape: values of attributes whose names are one as labels are joined.
 * @see https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#metric-attributes
 */
function labelText(labels: Labels): string {
  const values = new Map<string, string>();
  for (const [key, value] of Object.entries(labels)) {
    const name = labelName(key);
    const before = values.get(name);
    values.set(name, before === undefined ? value : `${before};${value}`);
  }
  const pairs = [...values].map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

/** OpenTelemetry's "service.name" is Prometheus' "service_name"; what begins with "__" is Prometheus' own. */
function labelName(name: string): string {
  const plain = name.replace(/[^a-zA-Z0-9_]/g, "_").replace(/^(?=\d)/, "_");
  return plain.startsWith("__") ? `key${plain}` : plain;
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
}
