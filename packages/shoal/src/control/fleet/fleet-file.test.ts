import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  claimFleetFile,
  type FleetFile,
  fleetFileOf,
  ownProcess,
  readFleetFile,
  releaseFleetFile,
} from "./fleet-file.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "shoal-file-"));
  path = fleetFileOf(join(folder, "shoal.config.ts"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const own = (): FleetFile => ({
  fleet: "tuition",
  realm: "local",
  ...ownProcess(),
  startedMs: 1,
  control: "http://127.0.0.1:4400",
  configFile: join(folder, "shoal.config.ts"),
});

describe("the fleet file", () => {
  it("is claimed, read and released, leaving nothing", () => {
    claimFleetFile(path, own());
    expect(readFleetFile(path)).toEqual(own());
    expect(readdirSync(dirname(path))).toEqual(["fleet.json"]);
    releaseFleetFile(path);
    expect(readdirSync(dirname(path))).toEqual([]);
  });

  it("is not claimed from a live process", () => {
    claimFleetFile(path, own());
    expect(() => claimFleetFile(path, own())).toThrow(
      `[FLEET_RUNNING] fleet tuition already runs here, as process ${process.pid}`,
    );
    expect(readdirSync(dirname(path))).toEqual(["fleet.json"]);
  });

  it.each([
    ["of a process that has gone", { pid: 2 ** 22 + 1, processStart: "1" }],
    ["of a process whose id is used again", { pid: process.pid, processStart: "1" }],
  ])("%s is taken over", (_, holder) => {
    claimFleetFile(path, own());
    writeFileSync(path, JSON.stringify({ ...own(), ...holder }));
    claimFleetFile(path, own());
    expect(readFleetFile(path)).toEqual(own());
    expect(readdirSync(dirname(path))).toEqual(["fleet.json"]);
  });

  it.each(["", "{", "[]", '{"pid":"x"}', "null"])("that holds %j is taken over", (text) => {
    claimFleetFile(path, own());
    writeFileSync(path, text);
    claimFleetFile(path, own());
    expect(readFleetFile(path)).toEqual(own());
  });

  it.each([
    ["pid", 0],
    ["pid", -1],
    ["pid", 1.5],
    ["pid", "1"],
    ["fleet", {}],
    ["realm", undefined],
    ["control", "127.0.0.1:4400"],
    ["control", 5],
    ["processStart", 7],
  ])("with %s %j says nothing: a signal to such a process would reach strangers", (field, value) => {
    claimFleetFile(path, own());
    writeFileSync(path, JSON.stringify({ ...own(), [field]: value }));
    expect(readFleetFile(path)).toBeUndefined();
  });

  it("of another supervisor is left alone at the release", () => {
    claimFleetFile(path, own());
    writeFileSync(path, JSON.stringify({ ...own(), pid: process.pid + 1 }));
    releaseFleetFile(path);
    expect(existsSync(path)).toBe(true);
  });

  it("that cannot be written is an error of the store", () => {
    writeFileSync(dirname(path), "a file where the folder should be");
    expect(() => claimFleetFile(path, own())).toThrow("[STORE_UNAVAILABLE]");
    releaseFleetFile(path);
  });
});
