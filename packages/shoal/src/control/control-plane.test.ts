import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { SILENT_LOG } from "../core/log.ts";
import type { HttpReply } from "../core/message.ts";
import { createHistogram, DURATION_BOUNDS_S } from "../telemetry/histogram.ts";
import { createRedMeter } from "../telemetry/red-meter.ts";
import { createFakeHistory } from "../testing/fake-history.ts";
import { seededRandom } from "../testing/seeded-random.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { arrivingContext } from "../transport/arrival.ts";
import { createLocalTransport } from "../transport/local.ts";
import type { InstanceStatus } from "./api/contract.ts";
import { type ControlPlane, createControlPlane } from "./control-plane.ts";
import type { DurationPointOfIntake } from "./history/history.ts";
import { openStore } from "./store/store.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0).reverse()) close();
});

interface Answer {
  readonly status: number;
  readonly headers: HttpReply["headers"];
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a test reads from a reply has many shapes
  readonly json: any;
}

function controlPlane(given: { fleet?: string; realm?: string } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "shoal-control-"));
  closers.push(() => rmSync(folder, { recursive: true }));
  const clock = createVirtualClock();
  const history = createFakeHistory();
  const plane = createControlPlane({
    ports: { clock, random: seededRandom(1) },
    log: SILENT_LOG,
    meter: createRedMeter({ clock, resource: {} }),
    history,
    transport: createLocalTransport(),
    store: openStore(folder, { clock, log: SILENT_LOG }),
    fleet: given.fleet ?? "tuition",
    realm: given.realm ?? "local",
    release: "dev",
    version: "1.2.3",
    instance: "shoal-control-1",
    guard: { port: () => 4400 },
    webFolder: join(folder, "web"),
  });
  closers.push(() => {
    plane.release();
    void plane.close();
  });
  const call = async (method: string, target: string, body?: unknown, headers: Record<string, string> = {}) => {
    const sent = body === undefined ? {} : { "content-type": "application/json" };
    const bytes = body === undefined ? undefined : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
    const message = { method, target, headers: { host: "localhost:4400", ...sent, ...headers }, body: bytes };
    const reply = await plane.handle(message, arrivingContext(new AbortController().signal));
    const text = Buffer.from((reply.body ?? new Uint8Array()) as Uint8Array).toString();
    const isJson = /json/.test(String(reply.headers["content-type"]));
    return {
      status: reply.status,
      headers: reply.headers,
      text,
      json: isJson ? JSON.parse(text) : undefined,
    } as Answer;
  };
  return { clock, plane, call, history };
}

function status(instance: string, given: Partial<InstanceStatus> = {}): InstanceStatus {
  return {
    service: "quotes",
    instance,
    state: "ready",
    address: "http://127.0.0.1:1",
    pid: 7,
    restarts: 0,
    realm: "local",
    zone: "local",
    release: "dev",
    sinceMs: 5,
    reason: null,
    ...given,
  };
}

const registered = {
  id: "legacy-1",
  service: "legacy",
  address: "http://127.0.0.1:9000",
  realm: "local",
  zone: "a",
  release: "dev",
  contract: "",
};

function duration(count: number, given: Partial<DurationPointOfIntake> = {}): DurationPointOfIntake {
  const counts = createHistogram().counts;
  counts[3] = count;
  return {
    side: "server",
    service: "quotes",
    instance: "quotes-1",
    operation: "getQuote",
    caller: "web",
    peer: "",
    external: false,
    series: "",
    isError: false,
    delta: true,
    startMs: 0,
    count,
    counts,
    boundsS: DURATION_BOUNDS_S,
    ...given,
  };
}

const report = (instances: readonly InstanceStatus[], address = "http://127.0.0.1:9") => ({
  fleet: "tuition",
  address,
  instances,
});

describe("the control plane's API", () => {
  it("shows what supervisors report beside what is only registered", async () => {
    const { call } = controlPlane();
    expect((await call("PUT", "/api/v1/supervisors/a", report([status("quotes-1")]))).status).toBe(204);
    expect((await call("PUT", "/registry/v1/instances/legacy-1", registered)).status).toBe(200);
    const list = (await call("GET", "/api/v1/instances")).json as InstanceStatus[];
    expect(list.map(({ instance, state, pid }) => [instance, state, pid])).toEqual([
      ["legacy-1", "ready", null],
      ["quotes-1", "ready", 7],
    ]);
    expect((await call("GET", "/api/v1/instances?service=quotes")).json).toHaveLength(1);
    expect((await call("GET", "/api/v1/fleet")).json).toMatchObject({
      fleet: "tuition",
      realm: "local",
      version: "1.2.3",
      warnings: [],
      logLinesDropped: 0,
    });
  });

  it("takes the fleet's name from the supervisor when the environment has none", async () => {
    const { call } = controlPlane({ fleet: "" });
    expect((await call("GET", "/api/v1/fleet")).json.fleet).toBe("");
    await call("PUT", "/api/v1/supervisors/a", report([]));
    expect((await call("GET", "/api/v1/fleet")).json.fleet).toBe("tuition");
  });

  it("turns pushed counts into rates of each service, operation and caller", async () => {
    const { clock, call, history } = controlPlane();
    await call("PUT", "/api/v1/supervisors/a", report([status("quotes-1"), status("quotes-2", { state: "starting" })]));
    for (let second = 0; second < 3; second += 1) {
      history.result = {
        accepted: 2,
        rejected: 0,
        reason: "",
        durations: [duration(19), duration(1, { isError: true })],
      };
      expect((await call("POST", "/v1/metrics", {})).json).toEqual({});
      await clock.advance(1_000);
    }
    const red = { requestsPerSecond: 20, errorRatio: 0.05 };
    const [quotes] = (await call("GET", "/api/v1/services")).json;
    expect(quotes).toMatchObject({ service: "quotes", instances: 2, ready: 1, problems: 3, ...red });
    expect(quotes.p50Ms).toBeGreaterThan(2.5);
    expect(quotes.p99Ms).toBeLessThanOrEqual(5);
    expect((await call("GET", "/api/v1/map")).json).toMatchObject({
      nodes: [
        { name: "quotes", kind: "service", problems: 3, ...red },
        { name: "web", kind: "service", instances: 0 },
      ],
      edges: [{ caller: "web", callee: "quotes", ...red }],
    });
    expect((await call("GET", "/api/v1/services/quotes")).json).toMatchObject({
      operations: [{ operation: "getQuote", method: "", ...red }],
      callers: [{ caller: "web", callee: "quotes" }],
      callees: [],
    });
    await clock.advance(10_000);
    expect(history.red.reduce((sum, { count }) => sum + count, 0)).toBe(60);
  });

  it("keeps log lines, and lets a reader wait for the next one", async () => {
    const { clock, call } = controlPlane();
    const line = (text: string) => ({ timeMs: 1, service: "quotes", instance: "quotes-1", stream: "stdout", text });
    expect((await call("POST", "/api/v1/logs", { lines: [line("a"), line("b")], dropped: 3 })).status).toBe(204);
    const first = (await call("GET", "/api/v1/logs?limit=1&service=quotes")).json;
    expect(first.lines.map(({ text }: { text: string }) => text)).toEqual(["b"]);
    const waiting = call("GET", `/api/v1/logs?after=${first.next}&waitMs=5000`);
    await clock.advance(1_000);
    await call("POST", "/api/v1/logs", { lines: [line("c")], dropped: 1 });
    expect((await waiting).json.lines).toMatchObject([{ text: "c", stream: "stdout" }]);
    expect((await call("GET", "/api/v1/fleet")).json.logLinesDropped).toBe(4);
  });

  it("sends commands to the supervisor that runs the service", async () => {
    const { call } = controlPlane();
    const seen: string[] = [];
    const supervisor = createServer((request, reply) => {
      seen.push(`${request.method} ${request.url} ${request.headers.host}`);
      reply.writeHead(200, { "content-type": "application/json" }).end('{"instances":["quotes-1"]}');
    });
    await new Promise<void>((resolve) => supervisor.listen(0, "127.0.0.1", resolve));
    closers.push(() => supervisor.close());
    const host = `127.0.0.1:${(supervisor.address() as AddressInfo).port}`;
    await call("PUT", "/api/v1/supervisors/a", report([status("quotes-1")], `http://${host}`));
    for (const command of ["restart", "stop", "start"]) {
      expect((await call("POST", `/api/v1/services/quotes/${command}`)).json).toEqual({ instances: ["quotes-1"] });
    }
    expect(seen).toEqual(["restart", "stop", "start"].map((command) => `POST /services/quotes/${command} ${host}`));
  });

  it("says what is wrong when a command cannot be sent", async () => {
    const { call } = controlPlane();
    await call("PUT", "/registry/v1/instances/legacy-1", registered);
    await call("PUT", "/api/v1/supervisors/a", report([status("quotes-1")], "http://127.0.0.1:1"));
    const unknown = await call("POST", "/api/v1/services/qoutes/restart");
    expect(unknown.status).toBe(404);
    expect(unknown.json).toMatchObject({ code: "serviceUnknown", details: { reason: "no such service" } });
    const unsupervised = await call("POST", "/api/v1/services/legacy/restart");
    expect(unsupervised.json.details).toMatchObject({ reason: "no supervisor here runs it" });
    const unreachable = await call("POST", "/api/v1/services/quotes/restart");
    expect(unreachable.status).toBe(502);
    expect(unreachable.json).toMatchObject({
      code: "supervisorUnreachable",
      details: { address: "http://127.0.0.1:1", reason: expect.stringContaining("ECONNREFUSED") },
    });
  });

  it.each(["http://10.0.0.1:80", "https://127.0.0.1:1", "file:///etc/passwd", "http://127.0.0.1.evil.example:80", "x"])(
    "takes no supervisor at %s",
    async (address) => {
      const { call } = controlPlane();
      const refused = await call("PUT", "/api/v1/supervisors/a", report([], address));
      expect(refused.json).toMatchObject({ code: "REQUEST_INVALID" });
    },
  );
});

describe("the control plane's other paths", () => {
  it("lists instances as Prometheus wants them", async () => {
    const { call } = controlPlane();
    await call("PUT", "/registry/v1/instances/legacy-1", registered);
    await call("PUT", "/registry/v1/instances/tls-1", { ...registered, id: "tls-1", address: "https://10.0.0.1" });
    const labels = { service: "legacy", realm: "local", zone: "a", release: "dev" };
    expect((await call("GET", "/sd/prometheus")).json).toEqual([
      { targets: ["127.0.0.1:9000"], labels: { ...labels, instance: "legacy-1" } },
      { targets: ["10.0.0.1:443"], labels: { ...labels, instance: "tls-1", __scheme__: "https" } },
    ]);
  });

  it("tells a person where to look, with nothing that a page could run", async () => {
    const { call } = controlPlane({ fleet: "<script>alert(1)</script>" });
    const { text, headers } = await call("GET", "/");
    expect(headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(headers["content-security-policy"]).toContain("default-src 'none'");
    expect(text).not.toContain("<script>");
    expect(text).toContain("/api/v1/instances");
  });

  it("refuses what is not for a path", async () => {
    const { call } = controlPlane();
    expect((await call("POST", "/")).status).toBe(405);
    expect((await call("DELETE", "/sd/prometheus")).headers).toMatchObject({ allow: "GET, HEAD" });
    expect((await call("GET", "/v1/metrics")).status).toBe(405);
    expect((await call("GET", "/nothing/here")).json.code).toBe("OPERATION_UNKNOWN");
  });

  it("is closed to pages of other origins on every path", async () => {
    const { call } = controlPlane();
    for (const target of ["/", "/api/v1/fleet", "/registry/v1/watch", "/v1/metrics", "/metrics", "/nothing"]) {
      expect((await call("GET", target, undefined, { host: "evil.example:4400" })).status).toBe(403);
      expect((await call("POST", target, {}, { origin: "https://evil.example" })).status).toBe(403);
    }
  });

  it("answers health and its description like every service", async () => {
    const { call } = controlPlane();
    expect((await call("GET", "/health/ready")).json).toEqual({ status: "ready" });
    expect((await call("GET", "/.well-known/shoal")).json).toMatchObject({ name: "shoal-control" });
    expect((await call("GET", "/openapi.json")).json.paths["/api/v1/fleet"]).toBeDefined();
  });
});

describe("what the dashboard asks", () => {
  async function open(plane: ControlPlane, target: string) {
    const request = { method: "GET", target, headers: { host: "localhost:4400" }, body: undefined };
    const reply = await plane.handle(request, arrivingContext(new AbortController().signal));
    const body = reply.body as AsyncIterable<Uint8Array>;
    return { reply, events: reply.status === 200 ? body[Symbol.asyncIterator]() : undefined };
  }
  const textOf = (result: IteratorResult<Uint8Array> | undefined) => Buffer.from(result?.value ?? []).toString();

  it("is told of the fleet at once, of changes as they come, and of the end", async () => {
    const { clock, plane, call } = controlPlane();
    await plane.ready();
    const { reply, events } = await open(plane, "/api/v1/live?topics=fleet");
    expect(reply.headers["content-type"]).toBe("text/event-stream");
    expect(textOf(await events?.next())).toContain('event: instances\ndata: {"all":true,"changed":[],"gone":[]}');
    await call("PUT", "/api/v1/supervisors/a", report([status("quotes-1")]));
    await clock.advance(250);
    expect(textOf(await events?.next())).toContain('"changed":[{"service":"quotes","instance":"quotes-1"');
    plane.release();
    expect((await events?.next())?.done).toBe(true);
  });

  it("is turned away when as many watch as may, and lets the next in when one goes", async () => {
    const { plane, call } = controlPlane();
    const all = await Promise.all(Array.from({ length: 50 }, () => open(plane, "/api/v1/live?topics=logs")));
    const refused = await call("GET", "/api/v1/live?topics=logs");
    expect(refused).toMatchObject({ status: 503, json: { code: "LIMIT_REACHED" } });
    await all[0]?.events?.return?.();
    expect((await open(plane, "/api/v1/live?topics=logs")).reply.status).toBe(200);
    expect((await call("GET", "/api/v1/live?topics=secrets")).status).toBe(400);
    expect((await call("POST", "/api/v1/live?topics=logs")).status).toBe(405);
  });

  it("is answered 503 where only the history knows, and goes on everywhere else", async () => {
    const { call, history } = controlPlane();
    await call("PUT", "/api/v1/supervisors/a", report([status("quotes-1")]));
    history.fails = "HISTORY_UNAVAILABLE";
    const paths = [
      "traces",
      "traces/abcdef01",
      "exchanges",
      "exchanges/1",
      "runs",
      "names",
      "har",
      "services/quotes/series",
    ];
    for (const path of paths) {
      const refused = await call("GET", `/api/v1/${path}`);
      expect([path, refused.status, refused.json.code]).toEqual([path, 503, "HISTORY_UNAVAILABLE"]);
    }
    for (const path of ["fleet", "services", "instances", "map", "services/quotes", "logs"]) {
      expect([path, (await call("GET", `/api/v1/${path}`)).status]).toEqual([path, 200]);
    }
    const busy = await call("POST", "/v1/traces", {});
    expect(busy).toMatchObject({ status: 503, headers: { "retry-after": "1" } });
    expect((await call("PUT", "/registry/v1/instances/legacy-1", registered)).status).toBe(200);
  });

  it("has names for what is not there", async () => {
    const { call } = controlPlane();
    const codeOf = async (method: string, path: string, body?: unknown) => {
      const { status: code, json } = await call(method, path, body);
      return [code, json.code];
    };
    expect(await codeOf("GET", "/api/v1/traces/abcdef01")).toEqual([404, "traceUnknown"]);
    expect(await codeOf("GET", "/api/v1/exchanges/1")).toEqual([404, "exchangeUnknown"]);
    expect(await codeOf("GET", "/api/v1/runs/compare?before=run-1&after=run-2")).toEqual([404, "runUnknown"]);
    expect(await codeOf("GET", "/api/v1/services/nobody")).toEqual([404, "serviceUnknown"]);
    expect(await codeOf("POST", "/api/v1/har", {})).toEqual([422, "harInvalid"]);
    const send = { service: "example.com", method: "GET", target: "/" };
    expect(await codeOf("POST", "/api/v1/send", send)).toEqual([404, "serviceUnknown"]);
    expect(await codeOf("GET", "/api/v1/traces?limit=1001")).toEqual([400, "REQUEST_INVALID"]);
    expect((await call("GET", "/api/v1/traces?attribute=a%3D1&limit=2")).status).toBe(200);
  });
});

describe("faults", () => {
  const slow = { service: "legacy", latencyMs: 300, by: "cli" };

  it("are added, told of with the fleet, and ended", async () => {
    const { call } = controlPlane();
    await call("PUT", "/registry/v1/instances/legacy-1", registered);
    const added = await call("POST", "/api/v1/faults", slow);
    expect(added).toMatchObject({ status: 200, json: { service: "legacy", latencyMs: 300, status: 503, by: "cli" } });
    expect(added.json.untilMs - added.json.sinceMs).toBe(300_000);
    expect((await call("GET", "/api/v1/fleet")).json).toMatchObject({ faults: [added.json], faultsRefused: null });
    expect((await call("GET", "/api/v1/faults?service=legacy")).json).toEqual([added.json]);
    expect((await call("GET", "/api/v1/faults?service=quotes")).json).toEqual([]);
    expect((await call("DELETE", `/api/v1/faults/${added.json.id}`)).json).toEqual(added.json);
    expect(await call("DELETE", `/api/v1/faults/${added.json.id}`)).toMatchObject({
      status: 404,
      json: { code: "FAULT_UNKNOWN" },
    });
    await call("POST", "/api/v1/faults", slow);
    expect((await call("DELETE", "/api/v1/faults")).json).toHaveLength(1);
    expect((await call("GET", "/api/v1/faults")).json).toEqual([]);
  });

  it.each([
    [{ ...slow, service: "legacyy" }, 404, "serviceUnknown"],
    [{ ...slow, latencyMs: 0 }, 400, "FAULT_REFUSED"],
    [{ ...slow, errorRatio: 0.6, dropRatio: 0.6 }, 400, "FAULT_REFUSED"],
    [{ ...slow, instance: "legacy-9" }, 400, "FAULT_REFUSED"],
    [{ ...slow, forMs: 3_600_001 }, 400, "REQUEST_INVALID"],
    [{ ...slow, forMs: -1 }, 400, "REQUEST_INVALID"],
    [{ ...slow, status: 200 }, 400, "REQUEST_INVALID"],
  ])("%j is refused", async (body, status, code) => {
    const { call } = controlPlane();
    await call("PUT", "/registry/v1/instances/legacy-1", registered);
    expect(await call("POST", "/api/v1/faults", body)).toMatchObject({ status, json: { code } });
  });

  it("are refused outside of development, and the fleet says why", async () => {
    const { call } = controlPlane({ realm: "production" });
    await call("PUT", "/registry/v1/instances/legacy-1", { ...registered, realm: "production" });
    const refused = await call("POST", "/api/v1/faults", slow);
    expect(refused).toMatchObject({ status: 403, json: { code: "FAULT_REFUSED" } });
    expect(refused.json.detail).toContain("the realm production is not one for development");
    expect((await call("GET", "/api/v1/fleet")).json.faultsRefused).toContain("production");
  });
});
