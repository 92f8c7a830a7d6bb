import { describe, expect, it } from "vitest";
import type { FaultStatus } from "../../control/api/schemas/faults.ts";
import { ShoalError, shoalError } from "../../core/errors.ts";
import { fakeCliPorts } from "../../testing/fake-cli-ports.ts";
import { runCli } from "../program.ts";

const env = { SHOAL_CONTROL: "http://127.0.0.1:4400" };
const NOW = Date.UTC(2026, 0, 1);

const FAULT: FaultStatus = {
  id: "3fa9c1d2",
  service: "quotes",
  operation: "",
  instance: "",
  caller: "",
  latencyMs: 300,
  errorRatio: 0.05,
  status: 503,
  dropRatio: 0,
  by: "cli",
  sinceMs: NOW,
  untilMs: NOW + 120_000,
};
const NARROW: FaultStatus = {
  ...FAULT,
  id: "a1b2c3d4",
  operation: "getQuote",
  instance: "quotes-1",
  caller: "web",
  latencyMs: 0,
  errorRatio: 0,
  dropRatio: 0.125,
  by: "dashboard",
  untilMs: NOW + 9_000,
};

async function fault(words: readonly string[], given: { fails?: Error; faults?: FaultStatus[] } = {}) {
  const asked: unknown[] = [];
  const answer =
    <Value>(name: string, value: Value) =>
    async (input: unknown) => {
      asked.push([name, input]);
      if (given.fails) throw given.fails;
      return value;
    };
  const faults = given.faults ?? [FAULT, NARROW];
  const control = {
    addFault: answer("add", FAULT),
    listFaults: answer("list", faults),
    removeFault: answer("remove", FAULT),
    removeFaults: answer("removeAll", faults),
    listInstances: async () => [{ service: "quotes" }] as never,
  };
  const ports = fakeCliPorts({ env, control, columns: 100 });
  const code = await runCli(ports, ["fault", ...words]);
  return { code, out: ports.out(), err: ports.err(), asked };
}

describe("shoal fault add", () => {
  it("asks for a fault, says what it does and how to end it", async () => {
    const words = ["add", "quotes", "--latency", "300ms", "--errors", "5%", "--for", "2m"];
    const { code, out, err, asked } = await fault(words);
    expect([code, out]).toEqual([0, "calls to quotes: 300 ms slower, 5 % answered 503, for 2 min 0 s\n"]);
    expect(err).toBe("it ends by itself; to end it now: shoal fault rm 3fa9c1d2\n");
    const body = { service: "quotes", by: "cli", latencyMs: 300, errorRatio: 0.05, forMs: 120_000 };
    expect(asked).toEqual([["add", { body }]]);
  });

  it("knows which calls are meant", async () => {
    const which = ["--operation", "getQuote", "--instance", "quotes-1", "--from", "web"];
    const how = ["--drop", "0.1", "--errors", "90%", "--status", "429"];
    const { asked } = await fault(["add", "quotes", ...which, ...how]);
    expect(asked).toEqual([
      [
        "add",
        {
          body: {
            service: "quotes",
            by: "cli",
            operation: "getQuote",
            instance: "quotes-1",
            caller: "web",
            errorRatio: 0.9,
            status: 429,
            dropRatio: 0.1,
          },
        },
      ],
    ]);
  });

  it("prints the fault for machines", async () => {
    const { out } = await fault(["add", "quotes", "--drop", "10%", "--json"]);
    expect(JSON.parse(out)).toEqual(FAULT);
  });

  it.each([
    [["add"], "<service> is missing"],
    [["add", "quotes"], "Give --latency, --errors or --drop."],
    [["add", "quotes", "--errors", "5"], "--errors must be a share such as 5% or 0.05"],
    [["add", "quotes", "--errors", "0%"], "more than 0"],
    [["add", "quotes", "--drop", "101%"], "at most 100%"],
    [["add", "quotes", "--errors", "60%", "--drop", "50%"], "more than 100% together"],
    [["add", "quotes", "--latency", "2m"], "--latency must be from 1ms to 1m"],
    [["add", "quotes", "--latency", "fast"], "--latency must be a duration"],
    [["add", "quotes", "--latency", "1s", "--for", "2h"], "--for must be from 1s to 1h"],
    [["add", "quotes", "--latency", "1s", "--status", "500"], "Say how many: --errors 5%."],
    [["add", "quotes", "--errors", "5%", "--status", "200"], "--status must be a whole number from 400 to 599"],
    [["add", "quotes", "--latency", "1s", "--all"], "--all is for"],
    [["ls", "--latency", "1s"], "--latency is for `shoal fault add`"],
    [["rm"], "Give its id"],
    [["mend"], "<action> must be add, ls or rm"],
    [[], "missing required argument"],
  ])("%j is a wrong command line, and it says why", async (words, says) => {
    const { code, err, asked } = await fault(words);
    expect([code, asked]).toEqual([2, []]);
    expect(err).toContain(says);
  });

  it("names an unknown service, and the nearest", async () => {
    const fails = new ShoalError("serviceUnknown", { message: "quote", status: 404, origin: "shoal-control" });
    const { code, err } = await fault(["add", "quote", "--drop", "1%"], { fails });
    expect(code).toBe(1);
    expect(err).toContain('the fleet has no service "quote"');
    expect(err).toContain("Did you mean quotes?");
  });

  it("passes on why faults are refused", async () => {
    const fails = shoalError("FAULT_REFUSED", { message: "the realm production is not one for development" });
    const { code, err } = await fault(["add", "quotes", "--drop", "1%"], { fails });
    expect(code).toBe(1);
    expect(err).toContain("the realm production is not one for development [FAULT_REFUSED]");
    expect(err).toContain("SHOAL_FAULTS=allowed");
  });
});

describe("shoal fault ls", () => {
  it("lists what lasts, what it does, to which calls and for how long", async () => {
    const { out } = await fault(["ls"]);
    expect(out.split("\n")).toEqual([
      "ID        SERVICE    ENDS IN  BY         ONLY                           WHAT",
      "3fa9c1d2  quotes   2 min 0 s  cli        -                              300 ms slower, 5 % answered 503",
      "a1b2c3d4  quotes         9 s  dashboard  getQuote at quotes-1 from web  12.5 % not answered",
      "",
    ]);
  });

  it("asks for one service, prints JSON, and says when there is none", async () => {
    const { out, asked } = await fault(["ls", "quotes", "--json"]);
    expect([JSON.parse(out), asked]).toEqual([[FAULT, NARROW], [["list", { query: { service: "quotes" } }]]]);
    expect(await fault(["ls"], { faults: [] })).toMatchObject({ code: 0, out: "", err: "no fault is injected\n" });
  });
});

describe("shoal fault rm", () => {
  it("ends one, or all, or all of a service", async () => {
    const one = await fault(["rm", "3fa9c1d2"]);
    expect([one.out, one.asked]).toEqual([
      "ended 1 fault\n",
      [["remove", { params: { id: "3fa9c1d2" }, query: { by: "cli" } }]],
    ]);
    const all = await fault(["rm", "--all"]);
    expect([all.out, all.asked]).toEqual(["ended 2 faults\n", [["removeAll", { query: { by: "cli" } }]]]);
    const some = await fault(["rm", "quotes", "--all"]);
    expect(some.asked).toEqual([["removeAll", { query: { by: "cli", service: "quotes" } }]]);
  });
});
