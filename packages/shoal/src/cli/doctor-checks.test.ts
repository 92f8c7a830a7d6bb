import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { command, fleet, node } from "../control/fleet/definition.ts";
import { shoalError } from "../core/errors.ts";
import { fakeCliPorts } from "../testing/fake-cli-ports.ts";
import { fleetStatus } from "../testing/fleet-status.ts";
import { checkNode, checkPorts, checkRunningFleet, checkShell, checkState, failedConfig } from "./doctor-checks.ts";

describe("the doctor", () => {
  it.each([
    ["22.14.0", "fail"],
    ["24.0.0", "ok"],
    ["25.1.0", "ok"],
  ])("finds Node %s to be %s", (version, result) => {
    expect(checkNode(version).result).toBe(result);
  });

  it("names the ports that are taken, and by whom they are wanted", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as { port: number };
    const wanted = (instances: number) => fleet("f", { quotes: node("q.ts", { port, instances }) }, { controlPort: 0 });
    expect(await checkPorts(wanted(1))).toMatchObject({ result: "fail", message: `taken: ${port} (quotes)` });
    await new Promise((resolve) => server.close(resolve));
    expect((await checkPorts(wanted(1))).result).toBe("ok");
  });

  it("looks whether .shoal can be written", async () => {
    const folder = mkdtempSync(join(tmpdir(), "shoal-doctor-"));
    try {
      expect((await checkState(folder)).result).not.toBe("fail");
      writeFileSync(join(folder, "file"), "");
      expect((await checkState(join(folder, "file"))).result).toBe("fail");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("asks for a shell only where a command() needs one", async () => {
    expect(await checkShell(fleet("f", { a: node("a.ts") }))).toBeUndefined();
    expect(await checkShell(fleet("f", { a: command("true") }))).toMatchObject({ result: "ok" });
  });

  it("tells a running fleet from one that has died, from another version and from a silent control plane", async () => {
    const record = {
      fleet: "f",
      realm: "local",
      pid: 1,
      processStart: "",
      startedMs: 0,
      control: "http://x",
      configFile: "",
    };
    const found = { file: "/f/.shoal/fleet.json", record, isRunning: true };
    const status = fleetStatus({ fleet: "f" });
    const check = (getFleet: () => Promise<typeof status>, version = "1.0.0") =>
      checkRunningFleet(fakeCliPorts({ control: { getFleet } }), found, version);
    expect((await check(async () => status)).result).toBe("ok");
    expect(await check(async () => status, "2.0.0")).toMatchObject({
      result: "warn",
      message: "runs Shoal 1.0.0, this is 2.0.0",
    });
    const silent = async () => {
      throw shoalError("CONTROL_UNREACHABLE", { message: "the control plane does not answer" });
    };
    expect((await check(silent)).result).toBe("fail");
    expect((await checkRunningFleet(fakeCliPorts(), { ...found, isRunning: false }, "1.0.0")).result).toBe("warn");
    expect((await checkRunningFleet(fakeCliPorts(), undefined, "1.0.0")).result).toBe("ok");
  });

  it("says what is wrong with the config and what to do", () => {
    const error = shoalError("CONFIG_INVALID", {
      message: "services.a: is 42",
      hint: "Make it with node().",
      details: { file: "/f" },
    });
    expect(failedConfig(error)).toEqual({
      name: "config",
      result: "fail",
      message: "services.a: is 42; file /f",
      next: "Make it with node().",
    });
  });
});
