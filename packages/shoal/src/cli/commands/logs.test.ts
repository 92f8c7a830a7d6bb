import { describe, expect, it } from "vitest";
import type { LogEntry } from "../../control/api/schemas/logs.ts";
import { shoalError } from "../../core/errors.ts";
import { fakeCliPorts } from "../../testing/fake-cli-ports.ts";
import type { ControlClient } from "../control-client.ts";
import { runCli } from "../program.ts";

const START_MS = Date.UTC(2026, 0, 1);
const env = { SHOAL_CONTROL: "http://127.0.0.1:4400" };

function line(seq: number, text: string, change: Partial<LogEntry> = {}): LogEntry {
  return {
    seq,
    timeMs: START_MS + seq,
    service: "quotes",
    instance: "quotes-1",
    stream: "stdout",
    text,
    level: "info",
    message: text,
    traceId: "",
    spanId: "",
    fields: {},
    ...change,
  };
}

type Query = NonNullable<Parameters<ControlClient["listLogs"]>[0]>["query"];

/** A control plane whose pages the test lays out; it remembers what it was asked. */
function fakeControl(pages: (() => Promise<{ lines: LogEntry[]; next: number }>)[]) {
  const queries: Query[] = [];
  const service = {
    service: "quotes",
    instances: 1,
    ready: 1,
    problems: 0,
    requestsPerSecond: 0,
    errorRatio: 0,
    p50Ms: null,
    p99Ms: null,
  };
  const control: Partial<ControlClient> = {
    listServices: async () => [service],
    async listLogs(input, options) {
      queries.push(input?.query ?? {});
      const untilAborted = () =>
        new Promise<never>((_, reject) => {
          options?.signal?.addEventListener("abort", () => reject(options.signal?.reason));
        });
      return (pages.shift() ?? untilAborted)();
    },
  };
  return { control, queries };
}

const page =
  (...lines: LogEntry[]) =>
  async () => ({ lines, next: lines.at(-1)?.seq ?? 0 });

describe("shoal logs", () => {
  it("shows the last lines, safe for the terminal, marked by their stream", async () => {
    const { control, queries } = fakeControl([
      page(
        line(1, "a\x1b[2Jb"),
        line(2, "bad", { stream: "stderr", instance: "rates-10" }),
        line(3, "ready", { stream: "shoal" }),
      ),
    ]);
    const ports = fakeCliPorts({ env, control });
    expect(await runCli(ports, ["logs"])).toBe(0);
    expect(
      ports
        .out()
        .split("\n")
        .map((text) => text.slice(13)),
    ).toEqual(["quotes-1 | ab", "rates-10 ! bad", "quotes-1 · ready", ""]);
    expect(queries).toEqual([{ limit: 200 }]);
  });

  it("puts the day before lines of another day, and a stack's lines below its record", async () => {
    const record = JSON.stringify({ level: "error", msg: "threw", error: "Error: no\n    at rate (rates.ts:8)" });
    const yesterday = new Date(START_MS);
    yesterday.setHours(-12);
    const today = new Date(START_MS);
    today.setHours(12);
    const { control } = fakeControl([
      page(line(1, "old", { timeMs: yesterday.getTime() }), line(2, record, { timeMs: today.getTime() })),
    ]);
    const ports = fakeCliPorts({ env, control });
    await runCli(ports, ["logs"]);
    const [first, old, second, head, below] = ports.out().split("\n");
    expect([first, second]).toEqual([
      expect.stringMatching(/^\d{4}-\d\d-\d\d:$/),
      expect.stringMatching(/^\d{4}-\d\d-\d\d:$/),
    ]);
    expect(old).toBe("12:00:00.000 quotes-1 | old");
    expect(head).toBe("12:00:00.000 quotes-1 | error threw  error=Error: no");
    expect(below).toBe("             quotes-1 |     at rate (rates.ts:8)");
  });

  it("asks for what was asked for", async () => {
    const { control, queries } = fakeControl([
      page(line(1, "old", { timeMs: START_MS - 60_000 }), line(2, "new", { timeMs: START_MS - 1_000 })),
    ]);
    const ports = fakeCliPorts({ env, control });
    await runCli(ports, ["logs", "quotes", "--instance", "quotes-1", "--since", "30s", "--json"]);
    expect(queries).toEqual([{ service: "quotes", instance: "quotes-1", limit: 10_000 }]);
    expect(
      ports
        .out()
        .trim()
        .split("\n")
        .map((text) => JSON.parse(text).text),
    ).toEqual(["new"]);
  });

  it("finds the lines of a trace by the beginning of its id, and says when there are none", async () => {
    const { control, queries } = fakeControl([page()]);
    const traceId = "0af7651916cd43dd8448eb211c80319c";
    const trace = { traceId, run: "run-1", truncated: false, spans: [], logs: [], exchanges: [] };
    const ports = fakeCliPorts({ env, control: { ...control, getTrace: async () => trace } });
    expect(await runCli(ports, ["logs", "--trace", "0af7651916cd43dd"])).toBe(0);
    expect(queries).toEqual([{ trace: traceId, limit: 200 }]);
    expect(ports.out()).toBe("");
    expect(ports.err()).toContain("there are no such lines");
  });

  it("puts the lines of a text and of a message below each other, and cuts what would flood a terminal", async () => {
    const record = JSON.stringify({ level: "warn", msg: "gave up\nlast: no answer" });
    const lines = [line(1, "Error: no\n    at a (b.ts:1:2)"), line(2, record), line(3, "x".repeat(5_000))];
    const ports = fakeCliPorts({ env, isTerminal: true, control: fakeControl([page(...lines)]).control });
    await runCli(ports, ["logs"]);
    const shown = ports
      .out()
      .split("\n")
      .map((text) => text.replace(/^.* \| /, ""));
    expect(shown.slice(0, 4)).toEqual(["Error: no", "    at a (b.ts:1:2)", "warn gave up", "last: no answer"]);
    expect(shown[4]).toMatch(/^x{2000}… 3000 more characters, whole with --json$/);
  });

  it("refuses a service that the fleet does not have", async () => {
    const ports = fakeCliPorts({ env, control: fakeControl([page()]).control });
    expect(await runCli(ports, ["logs", "quote"])).toBe(1);
    expect(ports.err()).toContain("Did you mean quotes?");
  });

  it("shows what has been printed by who is no service: the control plane, or one that is gone", async () => {
    const own = line(1, "the disk is full", { service: "shoal-control", instance: "shoal-control-1" });
    const ports = fakeCliPorts({ env, control: fakeControl([page(own)]).control });
    expect(await runCli(ports, ["logs", "shoal-control"])).toBe(0);
    expect(ports.out()).toContain("the disk is full");
  });

  it("follows from where the history ended, waits for a control plane that restarts, and ends on Ctrl-C", async () => {
    const lost = async () => {
      throw shoalError("CONTROL_UNREACHABLE", { message: "no answer" });
    };
    const { control, queries } = fakeControl([
      page(line(1, "one")),
      page(line(2, "two")),
      lost,
      lost,
      page(line(3, "three")),
    ]);
    const ports = fakeCliPorts({ env, control });
    const code = ports.settle(runCli(ports, ["logs", "-f"]));
    await expect.poll(() => ports.out()).toContain("three");
    ports.interrupt();
    expect(await code).toBe(0);
    expect(queries.slice(1).map(({ after, waitMs }) => [after, waitMs])).toEqual([
      [1, 5_000],
      [2, 5_000],
      [2, 5_000],
      [2, 5_000],
      [3, 5_000],
    ]);
    expect(ports.err().match(/waiting for it/g)).toHaveLength(1);
  });
});
