import { expect, it } from "vitest";
import { type MetricFamily, openMetricsText, prometheusText } from "./openmetrics.ts";

const target = (labels: Readonly<Record<string, string>>): readonly MetricFamily[] => [
  { name: "target", type: "info", unit: "", help: "Who this is.", samples: [{ labels, value: 1 }] },
];

it("has each label once: a name that comes twice would cost the whole scrape", () => {
  const labels = { "service.name": "shop", "k8s.pod.name": "a", k8s_pod_name: "b", größe: "1", grüße: "2" };
  for (const text of [openMetricsText(target(labels)), prometheusText(target(labels))]) {
    expect(text).toContain('{service_name="shop",k8s_pod_name="a;b",gr__e="1;2"} 1\n');
  }
});

it("leaves Prometheus the names that are its own, and escapes what a value may hold", () => {
  const text = openMetricsText(target({ __address__: "evil:1", "1st": 'a"b\\c\nd' }));
  expect(text).toContain(String.raw`{key__address__="evil:1",_1st="a\"b\\c\nd"} 1`);
});
