import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { expect, it } from "vitest";
import { node } from "../../packages/shoal/src/control/fleet/definition.ts";
import { askControl, controlProcess, startFleet } from "../supervisor/fleets.ts";
import { until } from "../support/until.ts";

const programs = join(import.meta.dirname, "../fixtures/fleets/pair");
const SPANS = 20;

interface Counts {
  readonly repeated: number;
  readonly repeatFailures: readonly string[];
  readonly shoutFailures: readonly string[];
}

/** An OTLP request with one trace. */
function traceRequest(traceId: string): string {
  const nowNano = `${Date.now()}000000`;
  const spans = Array.from({ length: SPANS }, () => ({
    traceId,
    spanId: randomBytes(8).toString("hex"),
    name: "work",
    kind: 1,
    startTimeUnixNano: nowNano,
    endTimeUnixNano: nowNano,
  }));
  const attributes = [{ key: "service.name", value: { stringValue: "poster" } }];
  return JSON.stringify({ resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans }] }] });
}

/** Posts traces one after the other, and remembers which were acknowledged. */
function postTraces(url: string) {
  const acknowledged: string[] = [];
  let refused = 0;
  let ended = false;
  const running = (async () => {
    while (!ended) {
      const traceId = randomBytes(16).toString("hex");
      const headers = { "content-type": "application/json" };
      const posted = await fetch(`${url}/v1/traces`, { method: "POST", headers, body: traceRequest(traceId) }).catch(
        () => undefined,
      );
      if (posted?.ok) acknowledged.push(traceId);
      else refused += 1;
      await posted?.arrayBuffer().catch(() => undefined);
    }
  })();
  const end = async () => {
    ended = true;
    await running;
  };
  return { acknowledged, refused: () => refused, end };
}

it("the control plane, killed under load, loses nothing that it acknowledged, and fails no call", async () => {
  await using fleet = await startFleet({
    echo: node(join(programs, "echo.ts"), { instances: 2 }),
    caller: node(join(programs, "caller.ts")),
  });
  await Promise.all([fleet.state("echo", "ready"), fleet.state("caller", "ready")]);
  const counts = async () => (await (await fetch(`${fleet.one("caller").address}/counts`)).json()) as Counts;
  const someCalls = async () => {
    const { repeated } = await counts();
    await until("300 more calls have been answered", async () => (await counts()).repeated > repeated + 300);
  };
  await someCalls();
  const before = await counts();
  const url = fleet.supervisor.controlUrl();
  const ask = <Answer>(path: string) => askControl<Answer>(fleet.supervisor, path);
  const { run } = await ask<{ run: string }>("/api/v1/fleet");

  const posting = postTraces(url);
  for (let round = 1; round <= 3; round += 1) {
    await until("traces are taken", () => posting.acknowledged.length > round * 30);
    const { pid } = await controlProcess(url);
    process.kill(pid, "SIGKILL");
    await someCalls();
    await until("another control plane", async () => (await controlProcess(url)).pid !== pid);
  }
  await posting.end();

  expect(posting.refused()).toBeGreaterThan(0);
  for (const traceId of posting.acknowledged) {
    const { spans } = await ask<{ spans: readonly unknown[] }>(`/api/v1/traces/${traceId}`);
    expect(spans.length).toBe(SPANS);
  }
  // It is the same run, whose own traces went on.
  expect((await ask<{ run: string }>("/api/v1/fleet")).run).toBe(run);
  const found = () => ask<{ traces: readonly { service: string }[] }>("/api/v1/traces?service=echo&limit=5");
  await until("traces of the fleet", async () => (await found()).traces.length === 5);
  const after = await counts();
  expect(after.repeatFailures).toEqual(before.repeatFailures);
  expect(after.shoutFailures).toEqual(before.shoutFailures);
});
