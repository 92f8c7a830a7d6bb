import { describe, expect, it } from "vitest";
import { durationMs, flag, integer, required, text, texts, timeoutMs } from "./args.ts";

const args = (options: Record<string, unknown>, positional: (string | undefined)[] = []) => ({ options, positional });

describe("the words of a command line", () => {
  it("are read by kind", () => {
    const given = args({ json: true, config: "x.ts", header: ["a: 1", "b: 2"] }, ["quotes"]);
    expect([flag(given, "json"), flag(given, "verbose")]).toEqual([true, false]);
    expect([text(given, "config"), text(given, "json")]).toEqual(["x.ts", undefined]);
    expect([texts(given, "header"), texts(given, "config")]).toEqual([["a: 1", "b: 2"], []]);
    expect(required(given, 0, "service")).toBe("quotes");
  });

  it.each([undefined, ""])("refuse a missing argument (%j)", (value) => {
    expect(() => required(args({}, [value]), 0, "service")).toThrow("[USAGE] <service> is missing");
  });

  it("take whole numbers up to both bounds, and name the option beyond", () => {
    expect([0, 65_535].map((port) => integer(args({ controlPort: String(port) }), "controlPort", 0, 65_535))).toEqual([
      0, 65_535,
    ]);
    expect(integer(args({}), "controlPort", 0, 1)).toBeUndefined();
    for (const bad of ["65536", "-1", "1.5", "0x10", "", "many"]) {
      expect(() => integer(args({ controlPort: bad }), "controlPort", 0, 65_535)).toThrow(
        `--control-port must be a whole number from 0 to 65535, got "${bad}"`,
      );
    }
  });

  it.each([
    ["500ms", 500],
    ["90s", 90_000],
    ["5m", 300_000],
    ["2h", 7_200_000],
    ["1d", 86_400_000],
  ])("take %s as a duration", (given, ms) => {
    expect(durationMs(args({ since: given }), "since")).toBe(ms);
  });

  it("take a time limit that a timer can keep", () => {
    expect(["1ms", "24d"].map((given) => timeoutMs(args({ timeout: given }), "timeout"))).toEqual([1, 24 * 86_400_000]);
    for (const bad of ["0s", "25d"]) {
      expect(() => timeoutMs(args({ timeout: bad }), "timeout")).toThrow("--timeout must be from 1ms to 24d");
    }
  });

  it.each(["5", "m", "-5m", "5 m", "1.5h", "9999999999s"])("refuse %j as a duration", (given) => {
    expect(() => durationMs(args({ since: given }), "since")).toThrow("--since must be a duration");
  });
});
