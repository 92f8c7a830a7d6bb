import { describe, expect, it } from "vitest";
import type { InstanceState, InstanceStatus } from "../../control/api/contract.ts";
import type { Supervisor } from "../../control/fleet/supervisor.ts";
import { shoalError } from "../../core/errors.ts";
import { type FakeCliPorts, fakeCliPorts } from "../../testing/fake-cli-ports.ts";
import { plainView } from "./plain-view.ts";
import { runFleet } from "./run-fleet.ts";

function status(service: string, state: InstanceState, reason: string | null = null): InstanceStatus {
  const address = state === "ready" ? "http://127.0.0.1:1" : null;
  const place = { realm: "local", zone: "local", release: "dev" };
  return { service, instance: `${service}-1`, state, address, pid: 1, restarts: 0, ...place, sinceMs: 0, reason };
}

/** A supervisor whose every step is taken by the test. */
function fakeSupervisor() {
  const start = Promise.withResolvers<void>();
  const settled = Promise.withResolvers<void>();
  const stop = Promise.withResolvers<void>();
  let instances: readonly InstanceStatus[] = [];
  let changed = () => {};
  let stops = 0;
  const supervisor: Supervisor = {
    start: () => start.promise,
    settled: () => settled.promise,
    stop() {
      stops += 1;
      return stop.promise;
    },
    restart: () => [],
    stopService: () => [],
    startService: () => [],
    instances: () => instances,
    onChange(listener) {
      changed = listener;
      return () => {};
    },
    onLines: () => () => {},
    grouping: { groups: [], apart: new Map(), notes: [] },
    controlUrl: () => "http://127.0.0.1:4400",
  };
  const become = (...next: InstanceStatus[]) => {
    instances = next;
    changed();
  };
  return { supervisor, start, settled, stop, become, stops: () => stops };
}

function run(ports: FakeCliPorts, supervisor: Supervisor) {
  const lines: string[] = [];
  return {
    lines,
    code: runFleet(
      ports,
      supervisor,
      plainView((line) => lines.push(line)),
    ),
  };
}

describe("runFleet", () => {
  it("tells of the start once, waits for Ctrl-C, and stops with progress", async () => {
    const ports = fakeCliPorts();
    const fake = fakeSupervisor();
    const { lines, code } = run(ports, fake.supervisor);
    fake.become(status("quotes", "starting"));
    fake.start.resolve();
    await ports.clock.advance(2_100);
    fake.become(status("quotes", "ready"));
    fake.settled.resolve();
    await ports.clock.advance(0);
    expect(fake.stops()).toBe(0);
    ports.interrupt();
    await ports.clock.advance(800);
    fake.stop.resolve();
    expect(await code).toBe(0);
    expect(lines).toEqual([
      "quotes-1 starting",
      "control plane at http://127.0.0.1:4400",
      "quotes-1 ready at http://127.0.0.1:1",
      "ready in 2.1 s: 1 service, 1 instance",
      "dashboard http://127.0.0.1:4400",
      "stopping 1 instance ...",
      "stopped in 0.8 s",
    ]);
    expect(ports.listeners()).toBe(0);
  });

  it("keeps the fleet running when a service fails, and exits with 1 if it is so at the end", async () => {
    const ports = fakeCliPorts();
    const fake = fakeSupervisor();
    const { lines, code } = run(ports, fake.supervisor);
    fake.become(status("quotes", "ready"), status("rates", "failed", "exited with code 1"));
    fake.start.resolve();
    fake.settled.resolve();
    await ports.clock.advance(0);
    expect(lines).toContain("rates-1 failed: exited with code 1");
    expect(lines.at(-2)).toBe("started in 0.0 s: 2 services, 2 instances, but not ready: rates");
    ports.interrupt();
    fake.stop.resolve();
    expect(await code).toBe(1);
  });

  it("exits with 0 when what failed at the start was mended", async () => {
    const ports = fakeCliPorts();
    const fake = fakeSupervisor();
    const { code } = run(ports, fake.supervisor);
    fake.become(status("rates", "failed"));
    fake.start.resolve();
    fake.settled.resolve();
    await ports.clock.advance(0);
    fake.become(status("rates", "ready"));
    ports.interrupt("SIGTERM");
    fake.stop.resolve();
    expect(await code).toBe(0);
  });

  it("takes a second Ctrl-C as an order to kill, but not the echo of the first that npm passes on", async () => {
    const ports = fakeCliPorts();
    const fake = fakeSupervisor();
    const { code } = run(ports, fake.supervisor);
    fake.start.resolve();
    fake.settled.resolve();
    await ports.clock.advance(0);
    let ended = false;
    void code.then(() => {
      ended = true;
    });
    ports.interrupt();
    await ports.clock.advance(499);
    ports.interrupt();
    await ports.clock.advance(0);
    expect(ended).toBe(false);
    await ports.clock.advance(1);
    ports.interrupt();
    expect(await code).toBe(130);
  });

  it("stops a fleet that is still starting", async () => {
    const ports = fakeCliPorts();
    const fake = fakeSupervisor();
    const { lines, code } = run(ports, fake.supervisor);
    ports.interrupt();
    fake.stop.resolve();
    expect(await code).toBe(0);
    expect(lines).toEqual(["stopping 0 instances ...", "stopped in 0.0 s"]);
  });

  it("passes on why it could not start, and lets go of the signals", async () => {
    const ports = fakeCliPorts();
    const fake = fakeSupervisor();
    const { code } = run(ports, fake.supervisor);
    fake.start.reject(shoalError("FLEET_RUNNING", { message: "already" }));
    await expect(code).rejects.toMatchObject({ code: "FLEET_RUNNING" });
    expect(ports.listeners()).toBe(0);
  });
});
