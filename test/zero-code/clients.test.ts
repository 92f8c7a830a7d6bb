import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startControl, type TestControl } from "./control.ts";
import { type App, type Evaluator, runScript, startApp, startEvaluator } from "./processes.ts";

let control: TestControl;
let apps: readonly App[];

beforeAll(async () => {
  control = await startControl();
  apps = [1, 2].map(() => startApp(control, { file: "flaky.mjs", service: "catalog" }));
  await Promise.all(apps.map((app) => app.ready()));
});
afterAll(async () => {
  for (const app of apps) await app[Symbol.asyncDispose]();
  await control[Symbol.asyncDispose]();
});

/** Functions that get a URL and give status and text, by name, as source code. */
const HELPERS = `
  const http = await load("node:http");
  const https = await load("node:https");
  const undici = await load("undici");
  const over = (module) => (url, options = {}) => new Promise((resolve, reject) => {
    const outgoing = module.request(url, options, (incoming) => {
      let text = "";
      incoming.on("data", (piece) => (text += piece)).on("error", reject);
      incoming.on("end", () => resolve({ status: incoming.statusCode, text }));
    }).on("error", reject);
    outgoing.end(options.body);
  });
  const clients = {
    "global fetch": async (url, options) => { const r = await fetch(url, options); return { status: r.status, text: await r.text() }; },
    "undici fetch": async (url, options) => { const r = await undici.fetch(url, options); return { status: r.status, text: await r.text() }; },
    "undici request": async (url, options) => { const r = await undici.request(url, options); return { status: r.statusCode, text: await r.body.text() }; },
    "node:http": over(http),
    "node:http with an agent": (url, options) => over(http)(url, { agent: new http.Agent({ maxSockets: 1 }), ...options }),
    "node:https": (url, options) => over(https)(url.replace("http:", "https:"), options),
  };
`;

const CLIENTS = [
  "global fetch",
  "undici fetch",
  "undici request",
  "node:http",
  "node:http with an agent",
  "node:https",
];

async function arrivals(method: string): Promise<number> {
  const counts = await Promise.all(
    apps.map(async (app) => (await (await fetch(`${await app.ready()}/arrivals`)).json()) as Record<string, number>),
  );
  return counts.reduce((sum, count) => sum + (count[method] ?? 0), 0);
}

describe.each(CLIENTS)("a call with %s", (client) => {
  let evaluator: Evaluator;
  const run = <Result>(code: string) =>
    evaluator.run<Result>(`${HELPERS} const call = clients[${JSON.stringify(client)}]; ${code}`);

  beforeAll(() => {
    evaluator = startEvaluator(control);
  });
  afterAll(() => evaluator[Symbol.asyncDispose]());

  it("finds a service by its name and says who calls", async () => {
    const code = `const { status, text } = await call("http://catalog.service/echo"); return { status, ...JSON.parse(text) };`;
    const reply = await run<{ status: number; from: string; headers: Record<string, string> }>(code);
    expect(reply.status).toBe(200);
    expect(apps.map((app) => app.instance)).toContain(reply.from);
    expect(reply.headers).toMatchObject({ "x-shoal-caller": "script", "x-shoal-realm": "local" });
    expect(reply.headers["host"]).toMatch(/^127\.0\.0\.1:/);
  });

  it("sends a body, and streams a long reply", async () => {
    const code = `
      const post = await call("http://catalog.service/echo", { method: "POST", body: "x".repeat(100_000) });
      const stream = await call("http://catalog.service/stream");
      return [post.status, stream.text.length];`;
    expect(await run(code)).toEqual([200, 400_000]);
  });

  it("tries an idempotent request again elsewhere, and any other only once", async () => {
    const before = [await arrivals("DELETE"), await arrivals("POST")] as const;
    const code = `
      const fail = (method) => call("http://catalog.service/breaks-off", { method, body: method === "POST" ? "x" : undefined })
        .then(() => "replied", (error) => error.code ?? error.cause?.code);
      return [await fail("DELETE"), await fail("POST")];`;
    expect(await run(code)).toEqual(["CONNECTION_LOST", "CONNECTION_LOST"]);
    expect(await arrivals("DELETE")).toBe(before[0] + 3);
    expect(await arrivals("POST")).toBe(before[1] + 1);
  });

  it("fails with what is known when there is no such service", async () => {
    const code = `
      const error = await call("http://catalogue.service/").catch((error) => error.code ? error : error.cause);
      return [error.code, error.message];`;
    const [failure, message] = await run<[string, string]>(code);
    expect(failure).toBe("SERVICE_UNKNOWN");
    expect(message).toContain("catalog");
  });

  it("tells hosts that are no services nothing, and leaves their replies alone", async () => {
    const server = createServer((request, response) => response.end(JSON.stringify(request.headers)));
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/`;
    const target = client === "node:https" ? "return { text: (await over(http)" : "return { text: (await call";
    const { text } = await run<{ text: string }>(`${target}(${JSON.stringify(url)})).text };`);
    server.close();
    expect(Object.keys(JSON.parse(text))).not.toContain("traceparent");
    expect(text).not.toContain("shoal");
  });
});

describe("a call by name", () => {
  it("leaves redirects, decompression and the reply's URL to fetch", async () => {
    const code = `
      const moved = await fetch("http://catalog.service/moved");
      const packed = await fetch("http://catalog.service/compressed");
      return [moved.redirected, moved.url, (await moved.json()).from !== undefined, await packed.text()];`;
    expect(await runScript(control, code)).toEqual([true, "http://catalog.service/echo", true, "small"]);
  });

  it("goes through a global dispatcher that the app has set", async () => {
    const code = `
      const undici = await load("undici");
      undici.setGlobalDispatcher(new undici.Agent({ connections: 1 }));
      const one = await undici.request("http://catalog.service/echo");
      const other = await fetch("http://catalog.service/echo");
      await one.body.dump();
      return [one.statusCode, other.status];`;
    expect(await runScript(control, code)).toEqual([200, 200]);
  });

  it("works in an app that fetched before it loaded undici, and the other way round", async () => {
    const first = `await fetch("http://catalog.service/echo").then((r) => r.text());`;
    const second = `await (await (await load("undici")).request("http://catalog.service/echo")).body.dump();`;
    expect(await runScript(control, `${first} ${second} ${first} return "fine";`)).toBe("fine");
    expect(await runScript(control, `${second} ${first} ${second} return "fine";`)).toBe("fine");
  });

  it("obeys the app's own timeouts and cancellations", async () => {
    const code = `
      const http = await load("node:http");
      const timedOut = new Promise((resolve) => {
        const outgoing = http.get("http://silent.service/", { timeout: 50 });
        outgoing.on("timeout", () => outgoing.destroy(new Error("my own timeout")));
        outgoing.on("error", (error) => resolve(error.message));
      });
      const aborted = fetch("http://silent.service/", { signal: AbortSignal.timeout(50) }).catch((error) => error.name);
      return [await timedOut, await aborted];`;
    const silent = createServer(() => {});
    await new Promise<void>((done) => silent.listen(0, "127.0.0.1", done));
    const { port } = silent.address() as AddressInfo;
    const instance = { id: "silent-1", service: "silent", address: `http://127.0.0.1:${port}`, realm: "local" };
    const body = JSON.stringify({ ...instance, zone: "local", release: "dev", contract: "", leaseMs: 10_000 });
    const headers = { "content-type": "application/json" };
    await fetch(`${control.url}/registry/v1/instances/silent-1`, { method: "PUT", body, headers });
    expect(await runScript(control, code)).toEqual(["my own timeout", "TimeoutError"]);
    silent.closeAllConnections();
    silent.close();
  });

  it("does not fail when an instance is killed under load", async () => {
    await using victim = startApp(control, { file: "flaky.mjs", service: "catalog" });
    await victim.ready();
    const code = `
      const http = await load("node:http");
      const viaHttp = () => new Promise((resolve, reject) => {
        http.get("http://catalog.service/echo", (incoming) => incoming.resume().on("end", resolve)).on("error", reject);
      });
      const viaFetch = async () => (await fetch("http://catalog.service/echo")).text();
      const failures = [];
      let calls = 0;
      let killed = false;
      const loop = async (call) => {
        while (calls < 1_000) {
          calls += 1;
          if (calls > 100 && !killed) { killed = true; process.kill(${victim.child.pid}, "SIGKILL"); }
          await call().catch((error) => failures.push(String(error.cause ?? error)));
        }
      };
      await Promise.all([viaHttp, viaFetch, viaHttp, viaFetch].map(loop));
      return { failures, killed };`;
    expect(await runScript(control, code)).toEqual({ failures: [], killed: true });
  });
});

describe("without the control plane", () => {
  it("goes on calling the instances it knew", async () => {
    const temporary = await startControl();
    await using app = startApp(temporary, { file: "flaky.mjs", service: "catalog" });
    await app.ready();
    const closer = createServer((_request, response) => {
      void temporary[Symbol.asyncDispose]().then(() => response.end());
    });
    await new Promise<void>((done) => closer.listen(0, "127.0.0.1", done));
    const { port } = closer.address() as AddressInfo;
    const code = `
      await (await fetch("http://catalog.service/echo")).text();
      await (await fetch("http://127.0.0.1:${port}/")).text();
      const statuses = [];
      for (let call = 0; call < 20; call += 1) statuses.push((await fetch("http://catalog.service/echo")).status);
      return new Set(statuses).size === 1 && statuses[0];`;
    expect(await runScript(temporary, code)).toBe(200);
    closer.close();
  });
});
