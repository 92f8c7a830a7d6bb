import { expect, it } from "vitest";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import type { InstanceState, InstanceStatus } from "../api/contract.ts";
import { createChangeHub } from "./change-hub.ts";
import { serviceApart, servicesOfGroup } from "./fleet-service.ts";
import type { GroupRunner } from "./group-runner.ts";

function fakeRunner(done: string[], name: string) {
  let state: InstanceState = "ready";
  const status = (): InstanceStatus => ({
    service: "core",
    instance: name,
    state,
    address: null,
    pid: 1,
    restarts: 0,
    realm: "local",
    zone: "local",
    release: "dev",
    sinceMs: 0,
    reason: null,
  });
  const runner: GroupRunner = {
    service: "core",
    start: () => done.push(`${name} start`),
    stop: () => {
      done.push(`${name} stop`);
      state = "stopped";
    },
    restart: (cause) => done.push(`${name} restart by ${cause}`),
    status,
    statusOf: (service) => ({ ...status(), service }),
    gone: async () => {},
  };
  return runner;
}

function group() {
  const done: string[] = [];
  const stopped = new Set<string>();
  const hub = createChangeHub(createVirtualClock());
  const services = servicesOfGroup(["quotes", "rates"], [fakeRunner(done, "core-1")], stopped, hub.changed);
  const of = (service: string) => {
    const found = services.get(service);
    if (found === undefined) throw new Error(`no ${service}`);
    return found;
  };
  return { done, stopped, of };
}

it("restarts the process of a group once for a file that is part of several services", async () => {
  const { done, of } = group();
  of("quotes").restart("change");
  of("rates").restart("change");
  await Promise.resolve();
  expect(done).toEqual(["core-1 restart by change"]);
});

it("stops a service of a group by starting the process without it, and the process with its last service", async () => {
  const { done, stopped, of } = group();
  of("quotes").stop();
  expect([...stopped]).toEqual(["quotes"]);
  of("quotes").restart("change");
  await Promise.resolve();
  of("rates").stop();
  expect(done).toEqual(["core-1 restart by request", "core-1 stop"]);
  of("rates").start();
  expect([...stopped]).toEqual(["quotes"]);
  expect(done.at(-1)).toBe("core-1 start");
});

it("starts a stopped service of a group anew with the others, and a running one not at all", () => {
  const { done, stopped, of } = group();
  of("rates").start();
  expect(done).toEqual(["core-1 start"]); // which does nothing to what runs
  of("rates").stop();
  of("rates").start();
  expect([...stopped]).toEqual([]);
  expect(done.slice(1)).toEqual(["core-1 restart by request", "core-1 restart by request"]);
});

it("says of a service with processes of its own why it has them, if that needs saying", () => {
  const hub = createChangeHub(createVirtualClock());
  const runners = [fakeRunner([], "a-1"), fakeRunner([], "a-2")];
  expect(serviceApart(runners, "a command()", hub.changed).instances()).toMatchObject([
    { instance: "a-1", apart: "a command()" },
    { instance: "a-2", apart: "a command()" },
  ]);
  expect(serviceApart(runners, undefined, hub.changed).instances()[0]).not.toHaveProperty("apart");
});
