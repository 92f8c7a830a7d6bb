import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { controlContract } from "../../control/api/contract.ts";
import type { ExchangeSummary } from "../../control/api/schemas/exchanges.ts";
import { fakeCliPorts } from "../../testing/fake-cli-ports.ts";
import { sampleExchange, sampleExchangeSummary } from "../../testing/sample-exchange.ts";
import type { ControlClient } from "../control-client.ts";
import { runCli } from "../program.ts";

const env = { SHOAL_CONTROL: "http://127.0.0.1:4400" };
type Query = NonNullable<Parameters<ControlClient["listExchanges"]>[0]>["query"];

function fakeControl(pages: readonly (readonly ExchangeSummary[])[]) {
  const queries: Query[] = [];
  const control: Partial<ControlClient> = {
    async listExchanges(input) {
      queries.push(input?.query);
      return { exchanges: [...(pages[Math.min(queries.length, pages.length) - 1] ?? [])], next: null };
    },
  };
  return { control, queries };
}

describe("shoal traffic", () => {
  it("lists exchanges, oldest first, with who called whom", async () => {
    const failed = sampleExchangeSummary({ id: "b".repeat(32), status: 503, startMs: Date.UTC(2026, 0, 1) + 5 });
    const { control } = fakeControl([[failed, sampleExchangeSummary()]]);
    const ports = fakeCliPorts({ env, control, columns: 120 });
    expect(await ports.settle(runCli(ports, ["traffic"]))).toBe(0);
    const [header, first, second] = ports.out().split("\n");
    expect(header).toMatch(/^TIME +ID +FROM +TO +SEEN BY +STATUS +TOOK +TRIES +REQUEST$/);
    expect(first).toMatch(/0f3a91c2d4e5 +edge +quotes +client +200 +12\.3 ms +- +POST \/quotes$/);
    expect(second).toMatch(/b{12} .* 503 /);
  });

  it("puts them in the order in which they began, in whatever order the processes told of them", async () => {
    const at = (ms: number) => sampleExchangeSummary({ id: String(ms).repeat(32), startMs: Date.UTC(2026, 0, 1) + ms });
    const { control } = fakeControl([[at(2), at(4), at(1), at(3)]]);
    const ports = fakeCliPorts({ env, control, columns: 120 });
    await ports.settle(runCli(ports, ["traffic", "--json"]));
    expect(
      ports
        .out()
        .trim()
        .split("\n")
        .map((line) => (JSON.parse(line) as ExchangeSummary).id[0]),
    ).toEqual(["1", "2", "3", "4"]);
  });

  it("goes on through pages while it looks into bodies, which may have few", async () => {
    const queries: Query[] = [];
    const control: Partial<ControlClient> = {
      async listExchanges(input) {
        queries.push(input?.query);
        const id = String(queries.length).repeat(32);
        const exchanges = queries.length === 2 ? [] : [sampleExchangeSummary({ id })];
        return { exchanges, next: queries.length < 3 ? String(queries.length) : null };
      },
    };
    const ports = fakeCliPorts({ env, control });
    await ports.settle(runCli(ports, ["traffic", "--body", "EUR", "-n", "5", "--json"]));
    expect(queries).toEqual([
      { limit: 5, body: "EUR" },
      { limit: 4, body: "EUR", cursor: "1" },
      { limit: 4, body: "EUR", cursor: "2" },
    ]);
    expect(ports.out().trim().split("\n")).toHaveLength(2);
  });

  it("passes its filters on", async () => {
    const { control, queries } = fakeControl([[sampleExchangeSummary()]]);
    const ports = fakeCliPorts({ env, control });
    const words = ["traffic", "edge", "--errors", "--peer", "quotes", "--min", "500ms", "-g", "/quotes", "-n", "5"];
    await ports.settle(runCli(ports, words));
    expect(queries).toEqual([
      { limit: 5, service: "edge", status: "error", peer: "quotes", durationMsMin: 500, text: "/quotes" },
    ]);
  });

  it("follows: each further exchange once, whatever the order in which they come", async () => {
    const [one, two, three] = ["1", "2", "3"].map((digit) => sampleExchangeSummary({ id: digit.repeat(32) }));
    if (!one || !two || !three) throw new Error("three");
    const { control, queries } = fakeControl([[one], [three, one], [three, two, one]]);
    const ports = fakeCliPorts({ env, control });
    const running = runCli(ports, ["traffic", "-f", "--json"]);
    // bounded: by the test's own time
    while (queries.length < 5) await ports.clock.advanceToNext();
    ports.interrupt();
    expect(await ports.settle(running)).toBe(0);
    const ids = ports
      .out()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).id[0]);
    expect(ids).toEqual(["1", "3", "2"]);
  });

  it("shows one exchange in whole, safe for a terminal", async () => {
    const hostile = sampleExchange({ url: "http://quotes.service/\u001b[2Jquotes" });
    const ports = fakeCliPorts({ env, control: { getExchange: async () => hostile } });
    expect(await ports.settle(runCli(ports, ["traffic", "--show", "0f3a91c2d4e5"]))).toBe(0);
    expect(ports.out()).toContain("attempt 1: quotes-1");
    expect(ports.out()).toContain("authorization: [redacted]");
    expect(ports.out()).toContain('  "from": "EUR"');
    expect(ports.out()).not.toContain("\u001b");
  });

  it("says of a reply that began well how it ended", async () => {
    const broken = sampleExchange({ status: 200, error: "CONNECTION_LOST: the reply broke off" });
    const ports = fakeCliPorts({ env, control: { getExchange: async () => broken } });
    expect(await ports.settle(runCli(ports, ["traffic", "--show", "0f3a91c2d4e5"]))).toBe(0);
    expect(ports.out()).toContain("200, then CONNECTION_LOST: the reply broke off");
  });

  it("prints one as a curl command to an instance that is ready", async () => {
    const instance = { service: "quotes", instance: "quotes-1", pid: 1, restarts: 0, realm: "local", zone: "local" };
    const rest = { release: "dev", sinceMs: 0, reason: null };
    const control: Partial<ControlClient> = {
      getExchange: async () => sampleExchange(),
      listInstances: async () => [
        { ...instance, ...rest, state: "failed", address: "http://127.0.0.1:1" },
        { ...instance, ...rest, state: "ready", address: "http://127.0.0.1:2" },
      ],
    };
    const ports = fakeCliPorts({ env, control });
    expect(await ports.settle(runCli(ports, ["traffic", "--curl", "0f3a91c2d4e5"]))).toBe(0);
    expect(ports.out()).toContain("curl -sS -X POST 'http://127.0.0.1:2/quotes'");
    expect(ports.out()).not.toContain("[redacted]");
  });

  it("says what to do when there is no such exchange", async () => {
    const getExchange = async () => {
      throw controlContract.errors.exchangeUnknown();
    };
    const ports = fakeCliPorts({ env, control: { getExchange } });
    expect(await ports.settle(runCli(ports, ["traffic", "--show", "beef"]))).toBe(1);
    expect(ports.err()).toContain("EXCHANGE_UNKNOWN");
    expect(ports.err()).toContain("shoal traffic");
  });

  it("writes an HTTP Archive, and refuses a folder that is not there", async () => {
    const folder = mkdtempSync(join(tmpdir(), "shoal-har-"));
    try {
      const control: Partial<ControlClient> = { exportHar: async () => ({ log: { version: "1.2" } }) };
      const ports = fakeCliPorts({ env, control, cwd: folder });
      expect(await ports.settle(runCli(ports, ["traffic", "--har", "out.har"]))).toBe(0);
      expect(JSON.parse(readFileSync(join(folder, "out.har"), "utf8"))).toEqual({ log: { version: "1.2" } });
      expect(await ports.settle(runCli(ports, ["traffic", "--har", "none/out.har"]))).toBe(2);
      expect(ports.err()).toContain("cannot be written");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("says that there is no traffic yet", async () => {
    const ports = fakeCliPorts({ env, control: fakeControl([[]]).control });
    expect(await ports.settle(runCli(ports, ["traffic"]))).toBe(0);
    expect(ports.out()).toBe("");
    expect(ports.err()).toContain("there are no exchanges yet");
  });

  it("follows from what there is, and tells nothing of it that was not asked for", async () => {
    const [one, two, three] = ["1", "2", "3"].map((digit) => sampleExchangeSummary({ id: digit.repeat(32) }));
    if (!one || !two || !three) throw new Error("three");
    // newest first: with -n 1 only "2" is shown, and "1" is known all the same
    const { control, queries } = fakeControl([
      [two, one],
      [three, two, one],
    ]);
    const ports = fakeCliPorts({ env, control });
    const running = runCli(ports, ["traffic", "-f", "-n", "1", "--json"]);
    while (queries.length < 3) await ports.clock.advanceToNext();
    ports.interrupt();
    expect(await ports.settle(running)).toBe(0);
    const ids = ports.out().trim().split("\n");
    expect(ids.map((line) => JSON.parse(line).id[0])).toEqual(["2", "3"]);
  });

  it("writes no more into an archive than was asked for", async () => {
    const asked: unknown[] = [];
    const exportHar: ControlClient["exportHar"] = async (input) => {
      asked.push(input?.query);
      return { log: {} };
    };
    const folder = mkdtempSync(join(tmpdir(), "shoal-har-"));
    try {
      const ports = fakeCliPorts({ env, control: { exportHar }, cwd: folder });
      const words = ["traffic", "edge", "--errors", "--peer", "quotes", "-g", "/quotes", "--har", "out.har"];
      expect(await ports.settle(runCli(ports, words))).toBe(0);
      expect(asked).toEqual([{ limit: 1_000, service: "edge", status: "error", peer: "quotes", text: "/quotes" }]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("takes the beginning of a trace's id, and refuses a status that is none", async () => {
    const { control, queries } = fakeControl([[sampleExchangeSummary()]]);
    const traceId = "0af7651916cd43dd8448eb211c80319c";
    const getTrace: ControlClient["getTrace"] = async () => ({
      traceId,
      run: "run-1",
      truncated: false,
      spans: [],
      logs: [],
      exchanges: [],
    });
    const ports = fakeCliPorts({ env, control: { ...control, getTrace } });
    expect(await ports.settle(runCli(ports, ["traffic", "--trace", "0AF76519", "--status", "5XX"]))).toBe(0);
    expect(queries).toEqual([{ limit: 30, trace: traceId, status: "5xx" }]);
    expect(await ports.settle(runCli(ports, ["traffic", "--status", "9"]))).toBe(2);
    expect(await ports.settle(runCli(ports, ["traffic", "--trace", "xyz"]))).toBe(2);
  });
});
