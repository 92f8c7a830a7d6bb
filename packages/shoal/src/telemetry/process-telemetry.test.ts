import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";

const MODULE = new URL("./process-telemetry.ts", import.meta.url).href;
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** Runs a few lines in a process of their own: meter and log are one for each process. */
async function run(code: string, env: Record<string, string>) {
  const source = `import { flushProcessTelemetry, processLog, processMeter } from ${JSON.stringify(MODULE)};\n${code}`;
  const child = spawn(process.execPath, ["-C", "shoal-source", "--input-type=module", "-e", source], {
    env: { PATH: process.env["PATH"], SHOAL_SERVICE: "quotes", SHOAL_INSTANCE: "quotes-1", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  closers.push(() => child.kill("SIGKILL"));
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  const [code_] = await once(child, "close");
  return { code: code_, output };
}

it("pushes the last counts when flushed, and lets the process end", async () => {
  const bodies: string[] = [];
  const server = createServer(async (request, reply) => {
    const chunks = await request.toArray();
    bodies.push(Buffer.concat(chunks).toString());
    reply.end("{}");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(() => server.close());
  const served = `processMeter().served({ operation: "getQuote", status: 200, durationMs: 1, caller: "" });`;
  const control = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { code } = await run(`${served} await flushProcessTelemetry();`, { SHOAL_CONTROL: control });
  expect(code).toBe(0);
  expect(bodies).toHaveLength(1);
  expect(bodies[0]).toContain('{"key":"service.instance.id","value":{"stringValue":"quotes-1"}}');
});

it("does not keep a process alive whose collector never answers", async () => {
  const server = createServer(() => {});
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const arrived = once(server, "request");
  const control = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const code = `processMeter().served({ operation: "getQuote", status: 200, durationMs: 1, caller: "" });
    await new Promise((resolve) => setTimeout(resolve, 1_100));`;
  const ended = await run(code, { SHOAL_CONTROL: control });
  await arrived;
  expect(ended.code).toBe(0);
});

it("writes nothing without need, and its log lines as JSON to standard output", async () => {
  const quiet = await run("processMeter(); processLog();", {});
  expect(quiet).toEqual({ code: 0, output: "" });
  const { output } = await run(`processLog().warn("careful", { password: "x" }); process.exit(0);`, {});
  expect(JSON.parse(output)).toMatchObject({
    level: "warn",
    msg: "careful",
    service: "quotes",
    instance: "quotes-1",
    password: "[redacted]",
  });
});
