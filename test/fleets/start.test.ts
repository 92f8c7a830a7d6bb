import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { expect, it } from "vitest";
import { until } from "../support/until.ts";

const root = resolve(import.meta.dirname, "../..");
const fleetFile = join(root, "examples/tuition/.shoal/fleet.json");

it("npm start runs the tuition fleet with traffic and a balanced ledger, and Ctrl-C leaves nothing behind", async () => {
  const npm = spawn("npm", ["start"], { cwd: root, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const exited = once(npm, "exit");
  const lines: string[] = [];
  createInterface({ input: npm.stdout }).on("line", (line) => lines.push(line));
  createInterface({ input: npm.stderr }).on("line", (line) => lines.push(line));
  try {
    await until(
      "the fleet says that it is ready",
      () => lines.find((line) => line.startsWith("ready in ")),
      60_000,
    ).catch((error) => {
      throw new Error(`${error.message}\n${lines.join("\n")}`);
    });
    const { control } = JSON.parse(readFileSync(fleetFile, "utf8"));
    const pids = await pidsOf(control);
    const audit = await until("the audit has checked some payments", async () => {
      const [instance] = await instancesOf(control, "audit");
      const report = (await (await fetch(`${instance?.address}/audit`)).json()) as { entries: number };
      return report.entries > 0 && report;
    });
    expect(audit).toMatchObject({ balanced: true });

    // What a terminal's Ctrl-C does: SIGINT to the whole foreground group.
    process.kill(-(npm.pid ?? 0), "SIGINT");
    await exited;
    expect(pids.length).toBeGreaterThanOrEqual(12);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(existsSync(fleetFile)).toBe(false);
  } finally {
    if (npm.exitCode === null && npm.signalCode === null) process.kill(-(npm.pid ?? 0), "SIGKILL");
  }
});

interface Row {
  readonly service: string;
  readonly address: string;
  readonly pid: number;
}

async function instancesOf(control: string, service?: string): Promise<readonly Row[]> {
  const query = service === undefined ? "" : `?service=${service}`;
  return (await (await fetch(`${control}/api/v1/instances${query}`)).json()) as readonly Row[];
}

async function pidsOf(control: string): Promise<readonly number[]> {
  return (await instancesOf(control)).map(({ pid }) => pid).filter((pid) => pid !== null);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
