import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { InstanceStatus } from "../../packages/shoal/src/control/api/contract.ts";
import { command, node } from "../../packages/shoal/src/control/fleet/definition.ts";
import { until } from "../support/until.ts";
import { fleetFolder, isRunning, runFleet } from "./fleets.ts";

/** Processes whose environment or command line names the folder: everything a fleet there ever started. */
function processesOf(folder: string): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        const text = readFileSync(`/proc/${pid}/environ`, "utf8") + readFileSync(`/proc/${pid}/cmdline`, "utf8");
        return text.includes(folder);
      } catch {
        return false;
      }
    })
    .map(Number);
}

const busy = {
  app: node("answer.js", { instances: 2 }),
  deaf: node("deaf.js", { stopMs: 500 }),
  // A shell with children and grandchildren of its own, one of which ignores the signal.
  family: command("(trap '' TERM; sleep 1000 & sleep 1001 & wait) & node answer.js"),
  // Daemons in sessions of their own, out of reach of any signal to their starter's group; one ignores it as well.
  cult: command("setsid sh -c \"trap '' TERM; while true; do sleep 1; done\" & setsid sleep 1002 & node answer.js"),
};

describe("the death of the supervisor", () => {
  it("by kill -9 leaves no process, no port and no file of the fleet after 3 s", async () => {
    using at = fleetFolder(busy);
    using supervisor = runFleet(at.configFile);
    const { settled } = (await supervisor.next("settled")) as { settled: InstanceStatus[] };
    expect(settled.map(({ state }) => state)).toEqual(["ready", "ready", "ready", "ready", "ready"]);
    expect(processesOf(at.folder).length).toBeGreaterThanOrEqual(12);

    supervisor.child.kill("SIGKILL");
    const beganMs = performance.now();
    await until("all of it is gone", () => processesOf(at.folder).length === 0);
    expect(performance.now() - beganMs).toBeLessThan(3_000);
    await until("its file is gone", () => !existsSync(at.fleetFile));
    expect(readdirSync(at.path(".shoal")).filter((name) => name.startsWith("fleet.json"))).toEqual([]);
  });

  it("is survived by nothing even when the watchdog was killed before", async () => {
    using at = fleetFolder({ app: node("answer.js") });
    using supervisor = runFleet(at.configFile);
    await supervisor.next("settled");
    const watchdogOf = () =>
      processesOf(at.folder).find((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("shoal-watchdog"));
    const first = await until("the watchdog", watchdogOf);
    process.kill(first, "SIGKILL");
    await until("another watchdog", () => {
      const second = watchdogOf();
      return second !== undefined && second !== first;
    });
    supervisor.child.kill("SIGKILL");
    await until("all of it is gone", () => processesOf(at.folder).length === 0, 5_000);
  });

  it("by SIGTERM stops the fleet in order", async () => {
    using at = fleetFolder(busy);
    using supervisor = runFleet(at.configFile);
    await supervisor.next("settled");
    const exited = new Promise((resolve) => supervisor.child.once("exit", resolve));
    supervisor.child.kill("SIGTERM");
    expect(await exited).toBe(0);
    expect(processesOf(at.folder).filter(isRunning)).toEqual([]);
    expect(existsSync(at.fleetFile)).toBe(false);
  });
});

describe("100 MB of output", () => {
  it("neither fills the supervisor's memory nor keeps the service from starting", async () => {
    using at = fleetFolder({ flood: node("flood.js"), app: node("answer.js") });
    using supervisor = runFleet(at.configFile);
    const end = (await supervisor.next("settled")) as { settled: InstanceStatus[]; lines: number; rssBytesMax: number };
    expect(end.settled.map(({ state }) => state)).toEqual(["ready", "ready"]);
    expect(end.rssBytesMax).toBeLessThan(300 * 1024 * 1024);
    const { started } = (await supervisor.next("started")) as { started: string };
    await until("the control plane knows how much was dropped", async () => {
      const fleet = (await (await fetch(`${started}/api/v1/fleet`)).json()) as { logLinesDropped: number };
      return fleet.logLinesDropped > 10_000;
    });
    supervisor.child.kill("SIGTERM");
    await until("it has stopped", () => supervisor.child.exitCode !== null);
  });
});

describe("a state folder that cannot be written", () => {
  it("costs the lock, not the fleet: it says so until the folder can be written, and is found then", async () => {
    using at = fleetFolder({ app: node("answer.js") });
    writeFileSync(at.path(".shoal"), "a file where the folder should be");
    using supervisor = runFleet(at.configFile);
    const { settled } = (await supervisor.next("settled")) as { settled: InstanceStatus[] };
    expect(settled[0]?.state).toBe("ready");
    const { started } = (await supervisor.next("started")) as { started: string };
    await until("it says so", async () =>
      (await (await fetch(`${started}/api/v1/logs?service=shoal`)).text()).includes("STORE_UNAVAILABLE"),
    );
    const warnings = async () => {
      const fleet = (await (await fetch(`${started}/api/v1/fleet`)).json()) as { readonly warnings: readonly string[] };
      return fleet.warnings.join();
    };
    expect(await warnings()).toContain(`its process is ${supervisor.pid}`);

    rmSync(at.path(".shoal"));
    await until("it is found", () => existsSync(at.fleetFile));
    await until("nothing is wrong any more", async () => (await warnings()) === "");
    supervisor.child.kill("SIGTERM");
    await until("it has stopped", () => supervisor.child.exitCode !== null);
  });
});
