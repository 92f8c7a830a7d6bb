import { describe, expect, it } from "vitest";
import type { InstanceStatus } from "../../control/api/contract.ts";
import { shoalError } from "../../core/errors.ts";
import { fakeCliPorts } from "../../testing/fake-cli-ports.ts";
import { fleetStatus } from "../../testing/fleet-status.ts";
import { runCli } from "../program.ts";

const env = { SHOAL_CONTROL: "http://127.0.0.1:4400" };
const START_MS = Date.UTC(2026, 0, 1);
const place = { realm: "local", zone: "local", release: "dev" };
const INSTANCES: InstanceStatus[] = [
  {
    service: "quotes",
    instance: "quotes-1-ab",
    state: "ready",
    address: "http://127.0.0.1:20001",
    pid: 41,
    restarts: 0,
    sinceMs: START_MS - 65_000,
    reason: null,
    ...place,
  },
  {
    service: "rates",
    instance: "rates-1-cd",
    state: "backoff",
    address: null,
    pid: null,
    restarts: 3,
    sinceMs: START_MS,
    reason: "exited with code 1",
    ...place,
  },
];

const FLEET = fleetStatus({ fleet: "tuition" });

async function ps(words: readonly string[], options = {}) {
  const control = { listInstances: async () => INSTANCES, getFleet: async () => FLEET };
  const ports = fakeCliPorts({ env, control, ...options });
  const code = await runCli(ports, ["ps", ...words]);
  return { code, out: ports.out(), err: ports.err() };
}

describe("shoal ps", () => {
  it("shows one line for each instance", async () => {
    const { code, out } = await ps([]);
    expect(code).toBe(0);
    expect(out.split("\n")).toEqual([
      "SERVICE  INSTANCE     STATE    ADDRESS                 PID  RESTARTS        FOR  NOTE",
      "quotes   quotes-1-ab  ready    http://127.0.0.1:20001   41         0  1 min 5 s",
      "rates    rates-1-cd   backoff  -                         -         3        0 s  exited with code 1",
      "",
    ]);
  });

  it("shows who shares a process, and why somebody does not", async () => {
    const apart = "a command() is a program of its own";
    const [quotes, rates] = INSTANCES;
    const list = [
      { ...quotes, group: "core" },
      { ...rates, reason: null, apart },
    ];
    const { out } = await ps([], { control: { listInstances: async () => list, getFleet: async () => FLEET } });
    expect(out.split("\n").slice(0, 3)).toEqual([
      "SERVICE  INSTANCE     STATE    ADDRESS                 PID  GROUP  RESTARTS        FOR  NOTE",
      "quotes   quotes-1-ab  ready    http://127.0.0.1:20001   41  core          0  1 min 5 s",
      "rates    rates-1-cd   backoff  -                         -  -             3        0 s  apart: a command() is a program of its own",
    ]);
  });

  it("is not cut in a pipe, and fits a terminal", async () => {
    const onTerminal = await ps([], { isTerminal: true, columns: 50 });
    for (const line of onTerminal.out.split("\n")) expect(line.length).toBeLessThanOrEqual(50);
    expect(onTerminal.out).toContain("rates-1-cd");
  });

  it("prints the instances as they are for machines", async () => {
    expect(JSON.parse((await ps(["--json"])).out)).toEqual(INSTANCES);
  });

  it("shows one service, and names the one that was probably meant", async () => {
    expect(JSON.parse((await ps(["rates", "--json"])).out)).toEqual([INSTANCES[1]]);
    const { code, err } = await ps(["rate"]);
    expect(code).toBe(1);
    expect(err).toContain("Did you mean rates?");
  });

  it("says beside the table what the fleet cannot do, and lists the instances without, too", async () => {
    const listInstances = async () => INSTANCES;
    const getFleet = async () => ({ ...FLEET, warnings: ["the disk is full"] });
    const full = await ps(["--json"], { control: { listInstances, getFleet } });
    expect([JSON.parse(full.out), full.err]).toEqual([INSTANCES, "warning: the disk is full\n"]);
    const lost = async () => {
      throw shoalError("CONTROL_UNREACHABLE", { message: "gone" });
    };
    expect(await ps([], { control: { listInstances, getFleet: lost } })).toMatchObject({ code: 0, err: "" });
  });

  it("has an exit code of its own for a control plane that does not answer", async () => {
    const listInstances = async () => {
      throw shoalError("CONTROL_UNREACHABLE", {
        message: "the control plane does not answer at http://127.0.0.1:4400",
      });
    };
    const { code, err } = await ps([], { control: { listInstances } });
    expect(code).toBe(4);
    expect(err).toContain("[CONTROL_UNREACHABLE]");
  });
});
