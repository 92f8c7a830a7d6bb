// Imitates the control plane with a made-up fleet, for developing and measuring the dashboard:
// node web/dev/synthetic-control.ts [--services 300] [--instances 2000] [--port 0] [--seed 1] [--traces 20] [--lines 100] [--web FOLDER]
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { answer } from "./synthetic/api.ts";
import { sendFile } from "./synthetic/files.ts";
import { sendLive } from "./synthetic/live.ts";
import type { CommandReply } from "./synthetic/reply.ts";
import { SyntheticWorld } from "./synthetic/world.ts";

const { values } = parseArgs({
  options: {
    services: { type: "string", default: "40" },
    instances: { type: "string", default: "120" },
    /** Where the built dashboard is. */
    web: { type: "string", default: join(import.meta.dirname, "../../packages/shoal/dist/web") },
    port: { type: "string", default: "0" },
    seed: { type: "string", default: "1" },
    /** A second. */
    traces: { type: "string", default: "20" },
    lines: { type: "string", default: "100" },
  },
});

const world = new SyntheticWorld({
  services: Number(values.services),
  instances: Number(values.instances),
  seed: Number(values.seed),
  tracesPerSecond: Number(values.traces),
  linesPerSecond: Number(values.lines),
});

async function handle(request: IncomingMessage, reply: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://localhost");
  if (url.pathname === "/api/v1/live") return sendLive(world, url.searchParams, reply);
  if (!url.pathname.startsWith("/api/")) return sendFile(values.web, url.pathname, request, reply);
  const sent = await text(request);
  const { status, value } = answered(request.method ?? "GET", url, sent === "" ? undefined : JSON.parse(sent));
  reply.writeHead(status, { "content-type": status < 300 ? "application/json" : "application/problem+json" });
  reply.end(JSON.stringify(value));
}

function answered(method: string, url: URL, body: unknown): CommandReply {
  const missing = { status: 404, value: { title: "Not Found", detail: "no such path", code: "NOT_FOUND" } };
  try {
    return answer(world, method, url, body) ?? missing;
  } catch (thrown) {
    if (typeof thrown === "object" && thrown !== null && "status" in thrown) return thrown as CommandReply;
    throw thrown;
  }
}

const server = createServer((request, reply) => {
  handle(request, reply).catch((error: unknown) => {
    if (!reply.headersSent) reply.writeHead(500, { "content-type": "application/problem+json" });
    reply.end(JSON.stringify({ title: "Internal Error", detail: String(error) }));
  });
});
server.listen(Number(values.port), "127.0.0.1", () => {
  process.stdout.write(`dashboard at http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
process.once("SIGTERM", () => process.exit(0));
process.once("SIGINT", () => process.exit(0));
