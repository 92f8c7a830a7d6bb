// Sends spans to a control plane at a steady rate, as its own process. Tells what was taken as JSON on stdout.
import { Agent, request } from "node:http";
import { createTelemetryLoad, SPANS_OF_TRACE } from "./telemetry-load.ts";

const [control = "", rate = "20000", seconds = "60"] = process.argv.slice(2);
const url = new URL("/v1/traces", control);
const agent = new Agent({ keepAlive: true, maxSockets: 16 });
const load = createTelemetryLoad(1);
const STEP_MS = 100;
const traces = Math.round((Number(rate) * STEP_MS) / 1_000 / SPANS_OF_TRACE);
const count = { sent: 0, bodies: 0, refused: 0, failed: 0, waiting: 0, lateMs: 0 };

/** What is refused is sent again, as exporters do; the spans keep their ids. */
function send(body: Buffer, attempts = 0): void {
  count.waiting += 1;
  const headers = { "content-type": "application/x-protobuf", "content-length": body.length };
  const sending = request(url, { method: "POST", agent, headers }, (reply) => {
    reply.resume();
    reply.once("end", () => {
      count.waiting -= 1;
      if (reply.statusCode === 200) return;
      count.refused += 1;
      if (attempts < 20) setTimeout(() => send(body, attempts + 1), 500);
      else count.failed += 1;
    });
  });
  sending.once("error", () => {
    count.waiting -= 1;
    count.failed += 1;
  });
  sending.end(body);
}

const startedMs = performance.now();
for (let step = 0; step < (Number(seconds) * 1_000) / STEP_MS; step += 1) {
  for (const body of load(traces, Date.now())) {
    count.bodies += 1;
    send(body);
  }
  count.sent += traces * SPANS_OF_TRACE;
  const pauseMs = startedMs + (step + 1) * STEP_MS - performance.now();
  count.lateMs = Math.max(count.lateMs, -pauseMs);
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, pauseMs)));
}
while (count.waiting > 0) await new Promise((resolve) => setTimeout(resolve, 20));
const tookMs = performance.now() - startedMs;
process.stdout.write(`${JSON.stringify({ ...count, tookMs })}\n`);
agent.destroy();
