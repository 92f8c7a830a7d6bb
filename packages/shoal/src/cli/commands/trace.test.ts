import { describe, expect, it } from "vitest";
import { controlContract } from "../../control/api/contract.ts";
import type { Trace, TraceSummary } from "../../control/api/schemas/traces.ts";
import { fakeCliPorts } from "../../testing/fake-cli-ports.ts";
import { sampleSpan } from "../../testing/sample-span.ts";
import { runCli } from "../program.ts";

const START_MS = Date.UTC(2026, 0, 1);
const env = { SHOAL_CONTROL: "http://127.0.0.1:4400" };
const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";

const summary: TraceSummary = {
  traceId: TRACE_ID,
  service: "edge",
  name: "POST /orders",
  startMs: START_MS,
  durationMs: 120,
  spans: 3,
  errors: 1,
  services: [{ service: "edge", spans: 2, errors: 0 }],
  status: 502,
  run: "run-1",
};

const found: Trace = {
  traceId: TRACE_ID,
  run: "run-1",
  truncated: false,
  spans: [
    sampleSpan({ spanId: "a", service: "edge", name: "POST /orders", startMs: START_MS, durationMs: 100 }),
    sampleSpan({
      spanId: "b",
      parentSpanId: "a",
      name: "GET /quotes/:id",
      startMs: START_MS + 50,
      durationMs: 50,
      status: "error",
      statusMessage: "no rate for \u001b[31mXAU",
    }),
  ],
  logs: [
    {
      seq: 1,
      timeMs: START_MS + 60,
      service: "quotes",
      instance: "quotes-1",
      stream: "stdout",
      text: '{"level":"warn","msg":"asked the bank"}',
      level: "warn",
      message: "asked the bank",
      traceId: TRACE_ID,
      spanId: "b",
      fields: {},
    },
  ],
  exchanges: [],
};

describe("shoal trace", () => {
  it("lists the last traces", async () => {
    const ports = fakeCliPorts({
      env,
      columns: 120,
      control: { listTraces: async () => ({ traces: [summary], next: null }) },
    });
    expect(await ports.settle(runCli(ports, ["trace"]))).toBe(0);
    expect(ports.out()).toMatch(/^TRACE +START +TOOK +SPANS +ERRORS +SERVICE +WHAT\n/);
    expect(ports.out()).toMatch(/0af7651916cd43dd .* 120 ms +3 +1 +edge +POST \/orders\n/);
  });

  it("passes its filters on", async () => {
    const asked: unknown[] = [];
    const listTraces = async (input: unknown) => {
      asked.push(input);
      return { traces: [], next: null };
    };
    const ports = fakeCliPorts({ env, control: { listTraces } });
    const words = ["trace", "--service", "edge", "--errors", "--min", "1s", "--attribute", "a=1", "--attribute", "b=2"];
    await ports.settle(runCli(ports, words));
    const query = { limit: 20, service: "edge", status: "error", durationMsMin: 1_000, attribute: ["a=1", "b=2"] };
    expect(asked).toEqual([{ query }]);
    expect(ports.err()).toContain("no such traces yet");
  });

  it("draws a trace: the tree, when each span ran, why it failed, and what it logged", async () => {
    const ports = fakeCliPorts({ env, columns: 80, isTerminal: true, control: { getTrace: async () => found } });
    expect(await ports.settle(runCli(ports, ["trace", TRACE_ID.toUpperCase()]))).toBe(0);
    const [head, , root, child, reason, log] = ports.out().split("\n");
    expect(head).toContain(`trace ${TRACE_ID}`);
    expect(head).toContain("2 spans in 2 services  1 error");
    expect(root).toMatch(/^edge POST \/orders +100 ms {2}━+$/);
    expect(child).toMatch(/^ {2}quotes GET \/quotes\/:id +50\.0 ms {2} +━+$/);
    expect(child?.length).toBe(root?.length);
    expect(reason).toBe("    ✗ no rate for XAU");
    expect(log).toBe("    │ quotes-1 warn asked the bank");
    for (const line of ports.out().split("\n").slice(1)) expect(line.length).toBeLessThanOrEqual(80);
  });

  it("refuses what is no id, and says so when there is no such trace", async () => {
    const getTrace = async () => {
      throw controlContract.errors.traceUnknown();
    };
    const ports = fakeCliPorts({ env, control: { getTrace } });
    expect(await ports.settle(runCli(ports, ["trace", "xyz"]))).toBe(2);
    expect(await ports.settle(runCli(ports, ["trace", "deadbeef"]))).toBe(1);
    expect(ports.err()).toContain("TRACE_UNKNOWN");
  });
});
