import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { createProcessMetrics } from "./process-metrics.ts";
import { createRedMeter, type RedMeter } from "./red-meter.ts";

const resource = { "service.name": "quotes", "shoal.realm": 'lo"cal\\\n' };

function meter(): RedMeter {
  return createRedMeter({ clock: createVirtualClock(), resource, families: createProcessMetrics() });
}

const SAMPLE = /^([a-z0-9_]+)(\{([a-zA-Z_]\w*="(\\["\\n]|[^"\\\n])*",?)*\})? (-?[\d.]+(e[+-]?\d+)?|NaN|[+-]Inf)$/;

/** The rules of OpenMetrics 1.0 that a scraper refuses a text for. */
function checkOpenMetrics(text: string): void {
  expect(text.endsWith("# EOF\n")).toBe(true);
  const families = text.slice(0, -"# EOF\n".length).split(/^(?=# TYPE )/m);
  const names = families.map((family) => family.split(" ")[2]);
  expect(new Set(names).size).toBe(names.length);
  for (const family of families) {
    const [typeLine = "", ...rest] = family.trimEnd().split("\n");
    const [, , name = "", type = ""] = typeLine.split(" ");
    const unit = rest.find((line) => line.startsWith("# UNIT "))?.split(" ")[3];
    if (unit !== undefined) expect(name.endsWith(`_${unit}`)).toBe(true);
    const suffixes: Record<string, string> = {
      counter: "_total",
      gauge: "",
      histogram: "_(bucket|count|sum)",
      info: "_info",
    };
    for (const line of rest.filter((line) => !line.startsWith("#"))) {
      expect(line).toMatch(SAMPLE);
      expect(line).toMatch(new RegExp(`^${name}${suffixes[type]}[{ ]`));
    }
  }
}

describe("render", () => {
  it("is valid OpenMetrics, before and after requests, with hostile labels", () => {
    const made = meter();
    checkOpenMetrics(made.render());
    made.served({ operation: 'a"b\\c\nd', status: 200, durationMs: 12, caller: "edge" });
    made.served({ operation: "GET", status: 503, durationMs: 40_000, caller: "" });
    made.called({ operation: "GET", status: 0, durationMs: 40, callee: "api.example.com:8443", external: true });
    made.called({ operation: "getQuote", status: 200, durationMs: 40, callee: "quotes", external: false });
    checkOpenMetrics(made.render());
  });

  it("writes cumulative buckets with canonical bounds", () => {
    const made = meter();
    for (const durationMs of [0.4, 3, 900, 20_000]) {
      made.served({ operation: "getQuote", status: 200, durationMs, caller: "edge" });
    }
    const lines = made.render().split("\n");
    const bucket = (le: string) =>
      lines
        .find((line) => line.includes(`le="${le}"`) && line.includes("getQuote"))
        ?.split(" ")
        .at(-1);
    expect([bucket("0.0005"), bucket("0.005"), bucket("1.0"), bucket("10.0"), bucket("+Inf")]).toEqual([
      "1",
      "2",
      "3",
      "3",
      "4",
    ]);
    expect(lines).toContain(
      'http_server_request_duration_seconds_count{shoal_operation="getQuote",http_response_status_code="200",shoal_caller="edge"} 4',
    );
  });

  it("says who it is, escaped", () => {
    expect(meter().render()).toContain('target_info{service_name="quotes",shoal_realm="lo\\"cal\\\\\\n"} 1');
  });

  it("shows what the process costs", () => {
    const text = meter().render();
    expect(Number(/^process_cpu_seconds_total (.*)$/m.exec(text)?.[1])).toBeGreaterThan(0);
    expect(Number(/^process_resident_memory_bytes (.*)$/m.exec(text)?.[1])).toBeGreaterThan(1e6);
    expect(text).toMatch(/^nodejs_eventloop_delay_max_seconds /m);
  });
});
