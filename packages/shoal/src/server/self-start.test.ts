import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { runSupervised } from "../testing/run-supervised.ts";
import type { Listening } from "./listen.ts";
import { createSelfStart, type ProcessHost, type StopSignal } from "./self-start.ts";

function fakeHost() {
  const signals = new Map<StopSignal, () => void>();
  const happened: string[] = [];
  const host: ProcessHost = {
    onSignal: (signal, listener) => void signals.set(signal, listener),
    exit: (code) => void happened.push(`exit ${code}`),
    fail: (cause) => void happened.push(`fail ${cause}`),
    flush: async () => void happened.push("flush"),
  };
  return { host, happened, send: (signal: StopSignal) => signals.get(signal)?.() };
}

function fakeListening(close: () => Promise<void>): Listening {
  return { address: "http://127.0.0.1:1", close, [Symbol.asyncDispose]: close };
}

describe("createSelfStart", () => {
  it("drains every service of the process before it ends with 0", async () => {
    const { host, happened, send } = fakeHost();
    const start = createSelfStart(host);
    const slow = Promise.withResolvers<void>();
    await start(async () => fakeListening(async () => void happened.push("close a")));
    await start(async () => fakeListening(() => slow.promise.then(() => void happened.push("close b"))));
    send("SIGTERM");
    await new Promise(setImmediate);
    expect(happened).toEqual(["close a"]);
    slow.resolve();
    await new Promise(setImmediate);
    expect(happened).toEqual(["close a", "close b", "flush", "exit 0"]);
  });

  it.each([
    ["SIGTERM", 143],
    ["SIGINT", 130],
  ] as const)("ends at once on a second signal, %s, with %d", async (signal, code) => {
    const { host, happened, send } = fakeHost();
    await createSelfStart(host)(async () => fakeListening(() => new Promise(() => {})));
    send("SIGINT");
    send(signal);
    expect(happened).toEqual([`exit ${code}`]);
  });

  it("ends with 1 when a service cannot start, and says why", async () => {
    const { host, happened } = fakeHost();
    await createSelfStart(host)(() => Promise.reject(new Error("no database")));
    expect(happened).toEqual(["fail Error: no database", "exit 1"]);
  });

  it("does not wait for a service that is still starting", async () => {
    const { host, happened, send } = fakeHost();
    void createSelfStart(host)(() => new Promise(() => {}));
    send("SIGTERM");
    await new Promise(setImmediate);
    expect(happened).toEqual(["flush", "exit 0"]);
  });
});

const source = join(import.meta.dirname, "..", "index.ts");
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "shoal-self-start-"));
});
afterAll(() => rm(folder, { recursive: true }));

const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill("SIGKILL");
});

const service = (handlers: string) => `
  import { contract, get, serve } from ${JSON.stringify(source)};
  const ping = contract("ping", { ping: get("/ping", {}) });
  export default serve(ping, ${handlers}, { drainPropagationMs: 10 });
`;

async function run(name: string, text: string, env: Record<string, string> = {}) {
  const file = join(folder, name);
  await writeFile(file, text);
  return runFile(file, env);
}

function runFile(file: string, env: Record<string, string>) {
  const { child, out, exited } = runSupervised(file, env, running);
  const until = (pattern: RegExp) =>
    expect.poll(() => out.told + out.printed, { timeout: 20_000, interval: 10 }).toMatch(pattern);
  return { child, out, exited, until };
}

describe("a file that serves", () => {
  it("listens by itself, answers, and drains on SIGTERM", async () => {
    const { child, out, exited, until } = await run("ping.mts", service("{ ping: () => {} }"));
    await until(/"kind":"ready"/);
    const address = /"address":"([^"]+)"/.exec(out.told)?.[1];
    expect((await fetch(`${address}/ping`)).status).toBe(204);
    child.kill("SIGTERM");
    expect(await exited).toBe(0);
    expect(out.printed).toBe("");
  });

  it("listens also when it is run through a symbolic link", async () => {
    await writeFile(join(folder, "real.mts"), service("{ ping: () => {} }"));
    await symlink(join(folder, "real.mts"), join(folder, "link.mts"));
    const { child, exited, until } = runFile(join(folder, "link.mts"), {});
    await until(/"kind":"ready"/);
    child.kill("SIGINT");
    expect(await exited).toBe(0);
  });

  it("does nothing when another file imports it", async () => {
    await writeFile(join(folder, "imported.mts"), service("{ ping: () => {} }"));
    const { out, exited } = await run("importer.mts", `import "./imported.mts"; console.log("over");`);
    expect([await exited, out.told, out.printed]).toEqual([0, "", "over\n"]);
  });

  it("leaves it to a file that listens by its own word", async () => {
    const text = `${service("{ ping: () => {} }")}
      import self from "./explicit.mts";
      const listening = await self.listen({ port: 0 });
      await listening.close();`;
    const { out, exited } = await run("explicit.mts", text);
    expect([await exited, out.told.match(/"ready"/g)]).toEqual([0, ['"ready"']]);
  });

  it("ends with 1 when its handlers cannot be made, and says so to supervisor and log", async () => {
    const text = service('() => { setInterval(() => {}, 1_000); throw new Error("no database"); }');
    const { out, exited } = await run("failing.mts", text);
    expect(await exited).toBe(1);
    expect(out.told).toMatch(
      /"kind":"failed","message":"\[SERVICE_FAILED\] ping could not make its handlers: no database"/,
    );
    expect(out.printed).toContain("no database");
  });

  it("ends with 1 when its port is taken, and names it", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as { port: number };
    const { out, exited } = await run("taken.mts", service("{ ping: () => {} }"), { PORT: String(port) });
    expect(await exited).toBe(1);
    expect(out.told).toContain(`[PORT_TAKEN] ping cannot listen on 127.0.0.1:${port}`);
    other.close();
  });

  it("ends with 1 when the fleet knows it by another name", async () => {
    const { out, exited } = await run("misnamed.mts", service("{ ping: () => {} }"), { SHOAL_SERVICE: "pong" });
    expect(await exited).toBe(1);
    expect(out.told).toContain("CONFIG_INVALID");
  });
});
