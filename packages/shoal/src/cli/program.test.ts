import { describe, expect, it } from "vitest";
import { fakeCliPorts } from "../testing/fake-cli-ports.ts";
import { COMMANDS } from "./catalogue.ts";
import { EXIT, exitCodeOf } from "./exit-codes.ts";
import { runCli } from "./program.ts";

async function cli(words: readonly string[], options = {}) {
  const ports = fakeCliPorts({ cwd: "/nowhere", columns: 100, ...options });
  const code = await runCli(ports, words);
  return { code, out: ports.out(), err: ports.err() };
}

describe("the command line", () => {
  it.each(["help", "--help", "-h"])("lists every command on stdout for %s", async (word) => {
    const { code, out, err } = await cli([word]);
    expect([code, err]).toEqual([0, ""]);
    for (const { name, summary } of COMMANDS) expect(out).toMatch(new RegExp(`^  ${name} +${summary}`, "m"));
  });

  it("says what it can do on stderr when nothing was asked, and that is wrong usage", async () => {
    const { code, out, err } = await cli([]);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain("Usage: shoal <command>");
  });

  it.each(COMMANDS.map(({ name }) => name))("has an example and exit codes in the help of %s", async (name) => {
    const { code, out } = await cli([name, "--help"]);
    expect(code).toBe(0);
    expect(out).toMatch(/^Examples?:\n {2}.*shoal /m);
    expect(out).toMatch(/^Exit codes:\n {2}0 /m);
    expect(await cli(["help", name])).toMatchObject({ code: 0, out });
  });

  it.each(COMMANDS.map(({ name }) => name))("lets %s be asked for JSON and for stacks", async (name) => {
    const { out } = await cli([name, "--help"]);
    expect(out).toContain("--json");
    expect(out).toContain("--verbose");
  });

  it("prints its version", async () => {
    expect((await cli(["--version"])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(JSON.parse((await cli(["version", "--json"])).out)).toMatchObject({ node: process.versions.node });
  });

  it.each([
    [["pss"], "unknown command 'pss'"],
    [["ps", "--jsn"], "unknown option '--jsn'"],
    [["restart"], "missing required argument 'service'"],
    [["ps", "a", "b"], "too many arguments"],
    [["logs", "--lines"], "argument missing"],
    [["logs", "--lines", "many"], "--lines must be a whole number"],
    [["ps", "--control", "nowhere"], "--control must be an http URL"],
    [["call", "greeter.greet.x"], "neither service.operation nor a method"],
    [["call", "Greeter.greet"], "is no service's name"],
  ])("refuses %j with exit code 2, a reason and a way on", async (words, reason) => {
    const { code, out, err } = await cli(words);
    expect([code, out]).toEqual([EXIT.usage.code, ""]);
    expect(err).toContain(reason);
    expect(err).toContain("[USAGE]");
    expect(err).toContain("next");
  });

  it("offers the command that was probably meant", async () => {
    expect((await cli(["pss"])).err).toContain("Did you mean ps?");
  });

  it.each(["ps", "down", "logs", "restart quotes", "openapi quotes", "call quotes.get"])(
    "says with exit code 3 that no fleet runs: %s",
    async (line) => {
      const { code, err } = await cli(line.split(" "));
      expect(code).toBe(EXIT.notRunning.code);
      expect(err).toContain("no fleet runs here [FLEET_NOT_RUNNING]");
      expect(err).toContain("where  /nowhere");
      expect(err).toContain("next   Start it with `shoal up`.");
    },
  );

  it("says so as JSON for machines, on stderr", async () => {
    const { out, err } = await cli(["ps", "--json"]);
    expect(out).toBe("");
    expect(JSON.parse(err)).toMatchObject({ error: { code: "FLEET_NOT_RUNNING" } });
  });

  it("names a missing config with its own exit code", async () => {
    const { code, err } = await cli(["up"]);
    expect(code).toBe(EXIT.config.code);
    expect(err).toContain("there is no shoal.config.ts");
    expect(err).toContain("Run `shoal init`");
  });
});

describe("the exit codes", () => {
  it("differ from one another", () => {
    const codes = Object.values(EXIT).map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it("are 1 for any error that has none of its own", () => {
    expect([exitCodeOf(undefined), exitCodeOf("INTERNAL"), exitCodeOf("constructor")]).toEqual([1, 1, 1]);
  });
});
