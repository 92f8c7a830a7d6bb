import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { expect, it } from "vitest";
import { node } from "../../packages/shoal/src/control/fleet/definition.ts";
import { startFleet } from "../supervisor/fleets.ts";
import { until } from "../support/until.ts";

const RATES = resolve(import.meta.dirname, "../../examples/tuition/services/rates.ts");
const EXPRESS = resolve(import.meta.dirname, "../zero-code/apps/express.cjs");

interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [time: number, value: string];
}

/** Debian's Prometheus, which finds its targets at the control plane and scrapes them each second. */
async function startPrometheus(control: string) {
  const folder = mkdtempSync(join(tmpdir(), "shoal-prometheus-"));
  const config = `global:
  scrape_interval: 1s
scrape_configs:
  - job_name: shoal
    http_sd_configs:
      - url: ${control}/sd/prometheus
        refresh_interval: 1s
`;
  writeFileSync(join(folder, "prometheus.yml"), config);
  const flags = [`--config.file=${folder}/prometheus.yml`, `--storage.tsdb.path=${folder}/data`];
  const child = spawn("prometheus", [...flags, "--web.listen-address=127.0.0.1:0"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const url = await listeningAt(child);
  return {
    async query(text: string): Promise<readonly Sample[]> {
      const reply = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(text)}`);
      const { data } = (await reply.json()) as { data: { result: readonly Sample[] } };
      return data.result;
    },
    async [Symbol.asyncDispose]() {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function listeningAt(child: ChildProcess): Promise<string> {
  const said: string[] = [];
  if (child.stderr === null) throw new Error("no standard error");
  for await (const line of createInterface({ input: child.stderr })) {
    said.push(line);
    const address = /Listening on"? .*address=([\d.]+:\d+)/.exec(line)?.[1];
    if (address === undefined) continue;
    child.stderr.resume();
    return `http://${address}`;
  }
  throw new Error(`prometheus ended:\n${said.join("\n")}`);
}

it("is scraped by a real Prometheus that finds its targets at the control plane, and pleases promtool", async () => {
  await using fleet = await startFleet({ rates: node(RATES), app: node(EXPRESS) });
  await fleet.supervisor.settled();
  const { address: rates } = await fleet.state("rates", "ready");
  const { address: app } = await fleet.state("app", "ready");
  for (let request = 0; request < 3; request += 1) {
    await (await fetch(`${rates}/nothing-there`)).text();
    await (await fetch(`${app}/`)).text();
  }

  for (const address of [rates, app, fleet.supervisor.controlUrl()]) {
    const text = await (await fetch(`${address}/metrics`)).text();
    expect(text).toContain("http_server_request_duration_seconds_bucket");
    execFileSync("promtool", ["check", "metrics"], { input: text }); // throws, with what it says, unless all is well
  }

  await using prometheus = await startPrometheus(fleet.supervisor.controlUrl());
  const counted = await until("prometheus has scraped both services", async () => {
    const samples = await prometheus.query("sum by (service) (http_server_request_duration_seconds_count)");
    return samples.length === 2 && samples;
  });
  expect(Object.fromEntries(counted.map(({ metric, value }) => [metric["service"], Number(value[1]) >= 3]))).toEqual({
    app: true,
    rates: true,
  });
  expect(await prometheus.query('up{job="shoal"} == 0')).toEqual([]);
  const [memory] = await prometheus.query('process_resident_memory_bytes{service="rates"}');
  expect(memory?.metric).toMatchObject({ instance: expect.stringMatching(/^rates-1/), realm: "local" });
  expect(Number(memory?.value[1])).toBeGreaterThan(10_000_000);
});
