import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { fakeCliPorts } from "../../testing/fake-cli-ports.ts";
import { runCli } from "../program.ts";
import { fleetName } from "./init.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "shoal-init-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function init(...words: string[]) {
  const ports = fakeCliPorts({ cwd: folder });
  const code = await runCli(ports, ["init", "--no-install", ...words]);
  return { code, out: ports.out(), err: ports.err() };
}

describe("shoal init", () => {
  it("writes a fleet named after its folder, and ends with what to do next", async () => {
    const { code, out } = await init("My Shop");
    expect(code).toBe(0);
    expect(readdirSync(join(folder, "My Shop")).sort()).toEqual([
      ".gitignore",
      "contracts",
      "package.json",
      "services",
      "shoal.config.ts",
      "tsconfig.json",
    ]);
    expect(readFileSync(join(folder, "My Shop/shoal.config.ts"), "utf8")).toContain('fleet("my-shop"');
    expect(out.trimEnd().split("\n").slice(-4)).toEqual([
      "  npm install",
      "  npx shoal up",
      `  npx shoal call greeter.greet '{"name": "Ada"}'`,
      "  npx shoal logs greeter",
    ]);
  });

  it("lists what is in the way and writes nothing", async () => {
    mkdirSync(join(folder, "services"));
    writeFileSync(join(folder, "services/greeter.ts"), "mine");
    writeFileSync(join(folder, "tsconfig.json"), "{}");
    const { code, err } = await init();
    expect(code).toBe(5);
    expect(err).toContain("would overwrite services/greeter.ts, tsconfig.json; nothing was written");
    expect(readdirSync(folder).sort()).toEqual(["services", "tsconfig.json"]);
    expect(readFileSync(join(folder, "services/greeter.ts"), "utf8")).toBe("mine");
  });

  it("keeps an existing .gitignore and adds to an existing package.json", async () => {
    writeFileSync(join(folder, ".gitignore"), "secret\n");
    writeFileSync(join(folder, "package.json"), '{"name": "shop", "type": "commonjs"}');
    const { code, out } = await init("--json");
    expect(code).toBe(0);
    expect(JSON.parse(out).written).not.toContain(".gitignore");
    expect(readFileSync(join(folder, ".gitignore"), "utf8")).toBe("secret\n");
    expect(JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))).toMatchObject({
      name: "shop",
      type: "module",
    });
  });

  it("does not change the meaning of CommonJS files that are there", async () => {
    writeFileSync(join(folder, "package.json"), '{"type": "commonjs"}');
    writeFileSync(join(folder, "server.js"), "module.exports = 1;");
    const { code, err } = await init();
    expect(code).toBe(5);
    expect(err).toContain("in a folder of its own");
    expect(existsSync(join(folder, "shoal.config.ts"))).toBe(false);
  });
});

it.each([
  ["/home/ada/My Shop!", "my-shop"],
  ["/x/2024-shop-", "shop"],
  ["/x/日本", "my-fleet"],
  [`/x/${"a".repeat(80)}`, "a".repeat(63)],
])("names the fleet of %s %s", (path, name) => {
  expect(fleetName(path)).toBe(name);
});
