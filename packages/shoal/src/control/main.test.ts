import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";

// A real process: what only shows there is its start, its death, its file and its sockets.

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0).reverse()) close();
});

interface Control {
  readonly child: ChildProcess;
  readonly address: string;
  /** What it printed so far. */
  readonly output: () => string;
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "shoal-main-"));
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function launch(env: Record<string, string>) {
  const child = spawn(process.execPath, ["-C", "shoal-source", MAIN], {
    env: { PATH: process.env["PATH"], SHOAL_SUPERVISOR_FD: "3", SHOAL_CONTROL_PORT: "0", ...env },
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  closers.push(() => child.kill("SIGKILL"));
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  return { child, output: () => output };
}

async function start(folder: string, env: Record<string, string> = {}): Promise<Control> {
  const { child, output } = launch({ SHOAL_STATE: folder, SHOAL_FLEET: "tuition", ...env });
  const lines = createInterface({ input: child.stdio[3] as NodeJS.ReadableStream });
  let address = "";
  for await (const text of lines) {
    const message = JSON.parse(text);
    if (message.kind === "listening") address = message.address;
    if (message.kind === "ready") return { child, address, output };
  }
  throw new Error(`it ended before it was ready: ${output()}`);
}

async function send(control: Control, method: string, path: string, given: { body?: unknown; headers?: object } = {}) {
  const { body, headers } = given;
  const bytes = body === undefined || Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  const outgoing = request(new URL(path, control.address), {
    method,
    agent: false,
    headers: { ...(bytes ? { "content-type": "application/json" } : {}), ...headers },
  });
  outgoing.end(bytes);
  const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
  const text = Buffer.concat(await incoming.toArray()).toString();
  return { status: incoming.statusCode ?? 0, text, json: () => JSON.parse(text) };
}

async function kill(control: Control, signal: NodeJS.Signals): Promise<readonly [number | null, string | null]> {
  const ended = once(control.child, "close");
  control.child.kill(signal);
  return (await ended) as [number | null, string | null];
}

/** Asks again until the answer is as wanted: what is waited for happens in another process. */
async function until<Answer>(ask: () => Promise<Answer>, wanted: (answer: Answer) => boolean): Promise<Answer> {
  const giveUpMs = performance.now() + 5_000;
  for (;;) {
    const answer = await ask();
    if (wanted(answer) || performance.now() > giveUpMs) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function instance(id: string) {
  const place = { realm: "local", zone: "local", release: "dev", contract: "" };
  return { id, service: "quotes", address: "http://127.0.0.1:20001", ...place };
}

function logLine(text: string) {
  return { timeMs: Date.now(), service: "quotes", instance: "quotes-1", stream: "stdout", text };
}

function savedInstances(folder: string): number {
  const database = new DatabaseSync(join(folder, "control.db"), { readOnly: true });
  try {
    return database.prepare("SELECT id FROM instances").all().length;
  } finally {
    database.close();
  }
}

describe("the control plane's process", () => {
  it("is killed and started again on its port, and knows its instances and log lines", async () => {
    const folder = newFolder();
    const run = { SHOAL_RUN: "run-1" };
    const first = await start(folder, run);
    await send(first, "PUT", "/registry/v1/instances/quotes-1", { body: instance("quotes-1") });
    await send(first, "POST", "/api/v1/logs", { body: { lines: [logLine("before")], dropped: 0 } });
    // The log is on disk when it is answered; the registry saves a moment later.
    const saved = async () => savedInstances(folder);
    expect(await until(saved, (count) => count === 1)).toBe(1);
    expect(await kill(first, "SIGKILL")).toEqual([null, "SIGKILL"]);

    const second = await start(folder, { ...run, SHOAL_CONTROL_PORT: new URL(first.address).port });
    expect(second.address).toBe(first.address);
    const listed = (await send(second, "GET", "/api/v1/instances")).json();
    expect(listed).toMatchObject([{ service: "quotes", instance: "quotes-1", state: "ready" }]);
    await send(second, "POST", "/api/v1/logs", { body: { lines: [logLine("after")], dropped: 0 } });
    const { lines } = (await send(second, "GET", "/api/v1/logs?service=quotes")).json();
    expect(lines.map(({ text }: { text: string }) => text)).toEqual(["before", "after"]);
    expect((await send(second, "GET", "/api/v1/fleet")).json()).toMatchObject({ fleet: "tuition", warnings: [] });
  });

  it("tells watchers at once, and ends in order on SIGTERM with a watch open", async () => {
    const control = await start(newFolder());
    const watch = request(new URL("/registry/v1/watch?service=quotes&realm=local", control.address), {
      agent: false,
    }).end();
    const [stream] = (await once(watch, "response")) as [IncomingMessage];
    const events = stream.setEncoding("utf8")[Symbol.asyncIterator]();
    expect((await events.next()).value).toContain("event: snapshot");
    await send(control, "PUT", "/registry/v1/instances/quotes-1", { body: instance("quotes-1") });
    expect((await events.next()).value).toContain('"id":"quotes-1"');
    await send(control, "DELETE", "/registry/v1/instances/quotes-1");
    expect((await events.next()).value).toContain('"instances":[]');
    const startMs = performance.now();
    expect(await kill(control, "SIGTERM")).toEqual([0, null]);
    expect(performance.now() - startMs).toBeLessThan(2_000);
  });

  it("shows a line that was printed to whoever watches, and ends in order while somebody does", async () => {
    const control = await start(newFolder());
    const live = request(new URL("/api/v1/live?topics=logs", control.address), { agent: false }).end();
    const [stream] = (await once(live, "response")) as [IncomingMessage];
    const events = stream.setEncoding("utf8")[Symbol.asyncIterator]();
    expect((await events.next()).value).toContain("retry:");
    await send(control, "POST", "/api/v1/logs", { body: { lines: [logLine("seen")], dropped: 0 } });
    expect((await events.next()).value).toContain('"text":"seen"');
    const startMs = performance.now();
    expect(await kill(control, "SIGTERM")).toEqual([0, null]);
    expect(performance.now() - startMs).toBeLessThan(2_000);
  });

  it("starts with a damaged database, keeps it aside and says so", async () => {
    const folder = newFolder();
    writeFileSync(join(folder, "control.db"), "this was a database once ".repeat(1_000));
    const control = await start(folder);
    const { warnings } = (await send(control, "GET", "/api/v1/fleet")).json();
    expect(warnings).toEqual([expect.stringContaining("control.db.corrupt-1")]);
    expect(control.output()).toContain("is damaged: it was kept as");
    expect(existsSync(join(folder, "control.db.corrupt-1"))).toBe(true);
  });

  it("runs without a folder that it can write to", async () => {
    const folder = newFolder();
    writeFileSync(join(folder, "state"), "a file where the folder should be");
    const control = await start(join(folder, "state"));
    await send(control, "PUT", "/registry/v1/instances/quotes-1", { body: instance("quotes-1") });
    await send(control, "POST", "/api/v1/logs", { body: { lines: [logLine("kept")], dropped: 0 } });
    expect((await send(control, "GET", "/api/v1/instances")).json()).toHaveLength(1);
    expect((await send(control, "GET", "/api/v1/logs")).json().lines).toHaveLength(1);
    const { warnings } = (await send(control, "GET", "/api/v1/fleet")).json();
    expect(warnings).toEqual(
      ["control.db", "history.db"].map((name) => expect.stringContaining(`${name} cannot be written`)),
    );
    const traces = await send(control, "GET", "/api/v1/traces");
    expect([traces.status, traces.json().code]).toEqual([503, "HISTORY_UNAVAILABLE"]);
    expect((await send(control, "POST", "/v1/traces", { body: {} })).status).toBe(503);
  });

  it("outlives every kind of bad input", async () => {
    const control = await start(newFolder());
    const refused = async (given: { body?: unknown; headers?: object }, method = "POST", path = "/v1/metrics") =>
      (await send(control, method, path, given)).status;
    expect(await refused({ headers: { host: "evil.example" } }, "GET", "/api/v1/fleet")).toBe(403);
    expect(await refused({ headers: { origin: "https://evil.example" } }, "PUT", "/registry/v1/instances/x")).toBe(403);
    expect(await refused({ headers: { "sec-fetch-site": "cross-site" } }, "GET", "/api/v1/logs")).toBe(403);
    expect(await refused({ body: Buffer.from("\u0000garbage") })).toBe(400);
    expect(await refused({ body: Buffer.from("x"), headers: { "content-type": "application/x-protobuf" } })).toBe(400);
    expect(await refused({ body: Buffer.from("x"), headers: { "content-type": "application/grpc" } })).toBe(415);
    const bomb = gzipSync(Buffer.alloc(300 * 1_024 * 1_024));
    expect(await refused({ body: bomb, headers: { "content-encoding": "gzip" } })).toBe(413);
    expect(await refused({ body: { lines: "none" } }, "POST", "/api/v1/logs")).toBe(400);
    expect(await refused({ body: Buffer.from('{"__proto__":{"a":1}}') }, "PUT", "/api/v1/supervisors/a")).toBe(400);
    expect(
      await refused({ body: { ...instance("x"), address: "javascript:1" } }, "PUT", "/registry/v1/instances/x"),
    ).toBe(400);
    for (const bytes of [
      "\u0000\u0001\u0002\r\n\r\n",
      "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
      "PRI * HTTP/2.0\r\n\r\n",
    ]) {
      const socket = connect(Number(new URL(control.address).port), "127.0.0.1");
      socket.on("error", () => {});
      socket.end(bytes);
      socket.resume();
      await once(socket, "close");
    }
    expect((await send(control, "GET", "/api/v1/fleet")).status).toBe(200);
    expect(control.child.exitCode).toBeNull();
  });

  it.each([
    [{ SHOAL_CONTROL_HOST: "0.0.0.0" }, "SHOAL_CONTROL_TOKEN is not set"],
    [{ SHOAL_CONTROL_PORT: "many" }, "SHOAL_CONTROL_PORT must be"],
  ])("does not start with %j, and tells its supervisor why", async (env, reason) => {
    const { child } = launch({ SHOAL_STATE: newFolder(), ...env });
    const told = createInterface({ input: child.stdio[3] as NodeJS.ReadableStream })[Symbol.asyncIterator]();
    const failed = JSON.parse(String((await told.next()).value));
    expect(failed).toMatchObject({ kind: "failed", message: expect.stringContaining(reason) });
    if (child.exitCode === null) await once(child, "exit");
    expect(child.exitCode).toBe(1);
  });

  it("outlives whoever reads its output", async () => {
    const control = await start(newFolder(), { SHOAL_LOG_LEVEL: "debug" });
    control.child.stdout?.destroy();
    control.child.stderr?.destroy();
    const folder = { body: { ...instance("gone"), leaseMs: 1 } };
    await send(control, "PUT", "/registry/v1/instances/gone", folder);
    // Its lease runs out, which is a warning that nobody can be told any more.
    const list = async () => (await send(control, "GET", "/api/v1/instances")).json();
    expect(await until(list, (instances) => instances.length === 0)).toEqual([]);
    expect(control.child.exitCode).toBeNull();
  });
});
