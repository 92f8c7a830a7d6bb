import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { until } from "../../../../../test/support/until.ts";
import { isAlive, isGroupAlive, signalGroup, startOf } from "./process-table.ts";

describe("a process", () => {
  it("is alive under its own start, and not under another's with the same id", () => {
    expect(isAlive(process.pid, startOf(process.pid))).toBe(true);
    expect(isAlive(process.pid, "")).toBe(true);
    expect(isAlive(process.pid, `${startOf(process.pid)}0`)).toBe(false);
  });

  it("that does not exist is not alive", () => {
    expect([isAlive(2 ** 22 + 1, ""), startOf(2 ** 22 + 1)]).toEqual([false, ""]);
  });
});

describe("a process group", () => {
  it("lives as long as one of its processes, and is signalled as a whole", async () => {
    const child = spawn("/bin/sh", ["-c", "sleep 1000 & sleep 1001 & echo started; read line"], {
      detached: true,
      stdio: ["pipe", "pipe", "ignore"],
    });
    const group = child.pid ?? 0;
    await once(child.stdout, "data");
    child.stdin.end("go on\n");
    await once(child, "exit");
    expect(isGroupAlive(group)).toBe(true);
    signalGroup(group, "SIGTERM");
    await until("all of it has ended", () => !isGroupAlive(group));
    signalGroup(group, "SIGKILL");
  });
});
