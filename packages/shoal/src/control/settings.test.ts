import { describe, expect, it } from "vitest";
import { controlSettingsFrom } from "./settings.ts";

describe("controlSettingsFrom", () => {
  it("has a default for everything", () => {
    expect(controlSettingsFrom({})).toEqual({
      host: "127.0.0.1",
      port: { kind: "preferred", port: 4_400 },
      token: undefined,
      stateFolder: ".shoal",
      fleet: "",
      realm: "local",
      release: "dev",
      run: undefined,
      historyBytesMax: undefined,
      faults: undefined,
    });
  });

  it("takes a given port and no other", () => {
    expect(controlSettingsFrom({ SHOAL_CONTROL_PORT: "5000" }).port).toEqual({ kind: "wanted", port: 5_000 });
  });

  it("takes whether faults are allowed", () => {
    expect(controlSettingsFrom({ SHOAL_FAULTS: "allowed" }).faults).toBe("allowed");
    expect(controlSettingsFrom({ SHOAL_FAULTS: "refused" }).faults).toBe("refused");
  });

  it.each([
    [{ SHOAL_CONTROL_PORT: "70000" }, "SHOAL_CONTROL_PORT must be an integer"],
    [{ SHOAL_CONTROL_PORT: "4400x" }, "SHOAL_CONTROL_PORT must be an integer"],
    [{ SHOAL_FLEET: "My Fleet" }, "SHOAL_FLEET must be"],
    [{ SHOAL_HISTORY_BYTES: "1000" }, "SHOAL_HISTORY_BYTES must be"],
    [{ SHOAL_FAULTS: "yes" }, "SHOAL_FAULTS must be allowed or refused"],
    [{ SHOAL_RUN: "all" }, "SHOAL_RUN must be"],
    [{ SHOAL_REALM: "_" }, "SHOAL_REALM must be"],
    [{ SHOAL_CONTROL_HOST: "0.0.0.0" }, "SHOAL_CONTROL_TOKEN is not set"],
  ])("rejects %j", (env, message) => {
    expect(() => controlSettingsFrom(env)).toThrow(message);
  });
});
