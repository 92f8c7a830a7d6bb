import type { Instance } from "../../discovery/instance.ts";

/** One entry of Prometheus' HTTP service discovery. */
export interface PrometheusTarget {
  readonly targets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Every instance as a scrape target; its /metrics is Prometheus' default path.
 * @see https://prometheus.io/docs/prometheus/latest/http_sd/
 */
export function prometheusTargets(instances: readonly Instance[]): readonly PrometheusTarget[] {
  return instances.flatMap(({ id, service, address, realm, zone, release }) => {
    const url = URL.parse(address);
    if (!url || url.host === "") return [];
    const scheme = url.protocol === "https:" ? { __scheme__: "https" } : {};
    return [{ targets: [hostAndPort(url)], labels: { service, instance: id, realm, zone, release, ...scheme } }];
  });
}

/** A URL leaves its scheme's own port out; a target must have one. */
function hostAndPort(url: URL): string {
  return url.port === "" ? `${url.hostname}:${url.protocol === "https:" ? 443 : 80}` : url.host;
}
