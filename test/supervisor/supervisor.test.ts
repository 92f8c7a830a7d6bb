import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { InstanceStatus } from "../../packages/shoal/src/control/api/contract.ts";
import { command, node } from "../../packages/shoal/src/control/fleet/definition.ts";
import { createSupervisor } from "../../packages/shoal/src/control/fleet/supervisor.ts";
import { until } from "../support/until.ts";
import { askControl, controlProcess, fleetFolder, holdPort, isRunning, startFleet } from "./fleets.ts";

interface Registered {
  readonly instances: readonly { readonly id: string; readonly address: string }[];
}

describe("a fleet", () => {
  it("starts in parallel, is found through the registry, and leaves nothing behind when it is stopped", async () => {
    await using fleet = await startFleet({
      app: node("answer.js", { instances: 2 }),
      shell: command("exec node answer.js"),
      worker: command("while true; do sleep 0.1; done", { listens: false }),
    });
    const { supervisor, at } = fleet;
    await supervisor.settled();
    expect(supervisor.instances().map(({ service, state }) => `${service} ${state}`)).toEqual([
      "app ready",
      "app ready",
      "shell ready",
      "worker ready",
    ]);
    expect(fleet.one("worker").address).toBeNull();
    expect(await (await fetch(`${fleet.one("shell").address}`)).text()).toBe("hello");
    const registered = await until("all are registered", async () => {
      const answer = await askControl<Registered>(supervisor, "/registry/v1/instances?service=app&service=shell");
      return answer.instances.length === 3 && answer.instances;
    });
    const addresses = supervisor.instances().flatMap(({ address }) => address ?? []);
    expect(registered.map(({ address }) => address).sort()).toEqual(addresses.sort());
    expect(JSON.parse(readFileSync(at.fleetFile, "utf8"))).toMatchObject({
      fleet: "test",
      realm: "local",
      pid: process.pid,
      control: supervisor.controlUrl(),
      configFile: at.configFile,
    });

    const pids = supervisor.instances().flatMap(({ pid }) => pid ?? []);
    await supervisor.stop();
    expect(pids.filter(isRunning)).toEqual([]);
    expect(existsSync(at.fleetFile)).toBe(false);
    await expect(fetch(supervisor.controlUrl())).rejects.toThrow();
  });

  it("is refused a second time in the same folder, and takes over from a supervisor that crashed", async () => {
    await using fleet = await startFleet({ app: node("answer.js") });
    const { configFile, definition, fleetFile } = fleet.at;
    const second = createSupervisor({ definition, configFile });
    await expect(second.start()).rejects.toMatchObject({ code: "FLEET_RUNNING", details: { pid: process.pid } });
    await second.stop();
    const record = JSON.parse(readFileSync(fleetFile, "utf8"));

    await fleet.supervisor.stop();
    // The file of a supervisor whose pid is in use again, by a process that started at another time.
    writeFileSync(fleetFile, JSON.stringify({ ...record, processStart: "1" }));
    const third = createSupervisor({ definition, configFile });
    await third.start();
    await third.stop();
  });

  it("keeps its control plane on a chosen port, and says who holds that port when it is taken", async () => {
    await using held = await holdPort();
    using at = fleetFolder({ app: node("answer.js") }, { controlPort: held.port });
    const supervisor = createSupervisor(at);
    await expect(supervisor.start()).rejects.toMatchObject({
      code: "PORT_TAKEN",
      message: expect.stringContaining(`port ${held.port} is taken by process ${process.pid}`),
    });
    await supervisor.stop();
    expect(existsSync(at.fleetFile)).toBe(false);
  });

  it("does not disturb another one that starts at the same moment", async () => {
    const [one, two] = await Promise.all([
      startFleet({ app: node("answer.js") }),
      startFleet({ app: node("answer.js") }),
    ]);
    await using first = one;
    await using second = two;
    expect(first.supervisor.controlUrl()).not.toBe(second.supervisor.controlUrl());
    await Promise.all([first.supervisor.settled(), second.supervisor.settled()]);
    const { pid } = second.one("app");
    await first.supervisor.stop();
    expect(second.one("app")).toMatchObject({ state: "ready", pid });
    const { instances } = await askControl<Registered>(second.supervisor, "/registry/v1/instances?service=app");
    expect(instances.map(({ address }) => address)).toEqual([second.one("app").address]);
  });
});

describe("a service", () => {
  it("that exits at once ends in a crash loop with the reason, and the rest runs", async () => {
    await using fleet = await startFleet({
      broken: node("exits.js"),
      missing: command("no-such-program --port $PORT"),
      app: node("answer.js"),
    });
    await fleet.supervisor.settled();
    expect(fleet.one("app").state).toBe("ready");
    expect(fleet.one("broken")).toMatchObject({
      state: "crash-loop",
      reason: "exited with code 1: Error: no database",
      restarts: 4,
      pid: null,
      address: null,
    });
    expect(fleet.one("missing").reason).toMatch(/^exited with code 127: .*no-such-program.*not found/);
  });

  it("that never gets ready is stopped and says what was waited for", async () => {
    await using fleet = await startFleet({
      mute: node("mute.js", { readyMs: 400 }),
      healthy: command("node answer.js", { health: "/health" }),
      shut: command("sleep 1000", { readyMs: 400 }),
    });
    expect((await fleet.state("mute", "failed")).reason).toContain(
      "did not become ready within 400 ms: it listens to nothing",
    );
    expect((await fleet.state("shut", "failed")).reason).toContain("nothing accepts connections on $PORT");
    await fleet.state("healthy", "ready");
    await until("their processes have gone", () => fleet.one("mute").pid === null && fleet.one("shut").pid === null);
  });

  it("that ignores SIGTERM is killed when its time is over", async () => {
    await using fleet = await startFleet({
      deaf: node("deaf.js", { stopMs: 200 }),
      shell: command("trap '' TERM; node deaf.js", { stopMs: 200 }),
    });
    await fleet.supervisor.settled();
    const pids = supervisorPids(fleet.supervisor.instances());
    const beganMs = performance.now();
    await fleet.supervisor.stop();
    expect(performance.now() - beganMs).toBeLessThan(8_000);
    expect(pids.filter(isRunning)).toEqual([]);
    expect(fleet.lines.filter(({ text }) => text.includes("did not stop within 200 ms")).length).toBeGreaterThan(0);
  });

  it("that crashes leaves the registry at once and comes back as a new instance on another port", async () => {
    await using fleet = await startFleet({ app: node("answer.js") });
    const before = await fleet.state("app", "ready");
    await until("it is registered", async () => (await registered()).includes(before.instance));
    process.kill(before.pid ?? 0, "SIGKILL");
    await until("the dead one is out", async () => !(await registered()).includes(before.instance));
    const after = await until(
      "it is back",
      () => fleet.one("app").restarts === 1 && fleet.one("app").state === "ready" && fleet.one("app"),
    );
    expect([after.instance === before.instance, after.address === before.address]).toEqual([false, false]);
    expect(fleet.lines.some(({ stream, text }) => stream === "shoal" && text.startsWith("was killed by SIGKILL"))).toBe(
      true,
    );

    async function registered() {
      const answer = await askControl<Registered>(fleet.supervisor, "/registry/v1/instances?service=app");
      return answer.instances.map(({ id }) => id);
    }
  });

  it("whose port is taken says by whom, and starts when the port is free", async () => {
    const held = await holdPort();
    await using fleet = await startFleet({ app: node("answer.js", { port: held.port }) });
    const { reason } = await fleet.state("app", "failed");
    expect(reason).toContain(`port ${held.port} is taken by process ${process.pid}`);
    await held[Symbol.asyncDispose]();
    expect((await fleet.state("app", "ready")).address).toBe(`http://127.0.0.1:${held.port}`);
  });

  it("that prints bytes that are no text is shown as text", async () => {
    await using fleet = await startFleet({ binary: node("binary.js") });
    await fleet.supervisor.settled();
    await until("the last line", () => fleet.lines.some(({ text }) => text === "after"));
    for (const { text } of fleet.lines) {
      expect(text.length).toBeLessThan(17_000);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not come through
      expect(text).not.toMatch(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/);
    }
    expect(fleet.lines.some(({ text }) => text.endsWith("more bytes]"))).toBe(true);
  });

  it("with two instances is restarted one by one: one of them is always ready", async () => {
    await using fleet = await startFleet({ app: node("answer.js", { instances: 2 }) });
    const { supervisor } = fleet;
    await supervisor.settled();
    const before = supervisor.instances().map(({ instance }) => instance);
    const ready: number[] = [];
    supervisor.onChange(() => ready.push(supervisor.instances().filter(({ state }) => state === "ready").length));
    expect(supervisor.restart("app")).toEqual(before);
    await until("both are new", () =>
      supervisor.instances().every(({ instance, state }) => state === "ready" && !before.includes(instance)),
    );
    expect(Math.min(...ready)).toBe(1);
    expect(() => supervisor.restart("apq")).toThrow("[SERVICE_UNKNOWN] fleet test has no service apq");
  });

  it("is stopped and started through the control plane, and stays stopped in between", async () => {
    await using fleet = await startFleet({ app: node("answer.js"), other: node("answer.js") }, { watch: true });
    const { supervisor, at } = fleet;
    await supervisor.settled();
    const post = (action: string) => askControl(supervisor, `/api/v1/services/app/${action}`, { method: "POST" });
    const { instance } = fleet.one("app");
    expect(await post("stop")).toEqual({ instances: [instance] });
    await fleet.state("app", "stopped");
    const other = fleet.one("other");
    writeFileSync(at.path("greeting.js"), 'export const greeting = "changed";');
    await until(
      "the other is restarted",
      () => fleet.one("other").restarts === 1 && fleet.one("other").state === "ready",
    );
    expect([other.restarts, fleet.one("app").state]).toEqual([0, "stopped"]);
    await post("start");
    await fleet.state("app", "ready");
  });
});

describe("the control plane", () => {
  it("that is killed comes back on its port, with the state of a fleet that went on meanwhile", async () => {
    await using fleet = await startFleet({ app: node("answer.js"), shell: command("node answer.js") });
    const { supervisor } = fleet;
    await supervisor.settled();
    const before = supervisor.instances();
    const { pid } = await controlProcess(supervisor.controlUrl());
    process.kill(pid, "SIGKILL");
    const after = await until("the state is back", async () => {
      if ((await controlProcess(supervisor.controlUrl())).pid === pid) return false;
      const statuses = await askControl<InstanceStatus[]>(supervisor, "/api/v1/instances");
      // The registry is back first, and knows no processes; the supervisor's report brings them.
      return statuses.length === 2 && statuses.every(({ pid }) => pid !== null) && statuses;
    });
    expect(after).toEqual(before);
    await until("lines come through again", async () => {
      const { lines } = await askControl<{ lines: { text: string; service: string }[] }>(
        supervisor,
        "/api/v1/logs?service=shoal-control",
      );
      return lines.some(({ text }) => text.includes("SIGKILL"));
    });
  });
});

function supervisorPids(instances: readonly InstanceStatus[]): number[] {
  return instances.flatMap(({ pid }) => pid ?? []);
}
