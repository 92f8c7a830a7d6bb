import { describe, expect, it } from "vitest";
import { controlContract } from "../../control/api/contract.ts";
import type { Trace, TraceSummary } from "../../control/api/schemas/traces.ts";
import { fakeCliPorts } from "../../testing/fake-cli-ports.ts";
import { sampleSpan } from "../../testing/sample-span.ts";
import type { ControlClient } from "../control-client.ts";
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
  beginningMissing: false,
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
      control: {
        listTraces: async () => ({
          traces: [summary, { ...summary, name: "GET /rates", beginningMissing: true }],
          next: null,
        }),
      },
    });
    expect(await ports.settle(runCli(ports, ["trace"]))).toBe(0);
    expect(ports.out()).toMatch(/^TRACE +START +TOOK +SPANS +ERRORS +SERVICE +WHAT\n/);
    expect(ports.out()).toMatch(/0af7651916cd43dd .* 120 ms +3 +1 +edge +POST \/orders\n/);
    expect(ports.out()).toMatch(/ edge +… GET \/rates\n/);
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
    expect(ports.err()).toContain("there are no such traces");
  });

  it("says why there is none: nothing yet, or a run that is not kept", async () => {
    const run = { fleet: "shop", startMs: 0, endMs: null, spans: 0, logs: 0, exchanges: 0, requests: 0, errors: 0 };
    const control: Partial<ControlClient> = {
      listTraces: async () => ({ traces: [], next: null }),
      listRuns: async () => ({ current: "run-2", runs: ["run-2", "run-1"].map((id) => ({ ...run, id })) }),
    };
    const ports = fakeCliPorts({ env, control });
    expect(await ports.settle(runCli(ports, ["trace"]))).toBe(0);
    expect(ports.err()).toContain("there are no traces yet: each request that reaches a service makes one");
    expect(await ports.settle(runCli(ports, ["trace", "--run", "run-1"]))).toBe(0);
    expect(await ports.settle(runCli(ports, ["trace", "--run", "run-9"]))).toBe(2);
    expect(ports.err()).toContain('there is no run "run-9"');
    expect(ports.err()).toContain("run-2 (this one), run-1");
  });

  it("finds a trace by a whole traceparent, and refuses an attribute without a value", async () => {
    const asked: unknown[] = [];
    const getTrace: ControlClient["getTrace"] = async (input) => {
      asked.push(input.params.trace);
      return found;
    };
    const ports = fakeCliPorts({ env, control: { getTrace } });
    expect(await ports.settle(runCli(ports, ["trace", `00-${TRACE_ID}-b7ad6b7169203331-01`]))).toBe(0);
    expect(asked).toEqual([TRACE_ID]);
    expect(await ports.settle(runCli(ports, ["trace", "--attribute", "http.route"]))).toBe(2);
    expect(ports.err()).toContain("KEY=VALUE");
  });

  it("draws a trace: the tree, when each span ran, why it failed, and what it logged", async () => {
    const ports = fakeCliPorts({ env, columns: 80, isTerminal: true, control: { getTrace: async () => found } });
    expect(await ports.settle(runCli(ports, ["trace", TRACE_ID.toUpperCase()]))).toBe(0);
    const [head, , root, child, reason, log] = ports.out().split("\n");
    expect(head).toContain(`trace ${TRACE_ID}`);
    expect(head).toContain("2 spans in 2 services  1 error");
    expect(root).toMatch(/^edge POST \/orders +100 ms {2}━+$/);
    expect(child).toMatch(/^ {2}quotes GET \/quotes\/:id +50 ms {2} +━+$/);
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
