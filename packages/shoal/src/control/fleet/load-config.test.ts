import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isShoalError } from "../../core/errors.ts";
import { command, type FleetOptions, node, type ServiceDefinition } from "./definition.ts";
import { loadConfig } from "./load-config.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "shoal-config-"));
  mkdirSync(join(folder, "services"));
  writeFileSync(join(folder, "services", "quotes.ts"), "");
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string) => {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
};
const writeFleet = (services: Record<string, unknown>, options: unknown = {}, name: unknown = "tuition") =>
  write("shoal.config.mjs", `export default ${JSON.stringify({ name, services, options })};`);

async function failure(given?: string) {
  const error = await loadConfig(folder, given).then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!isShoalError(error)) throw new Error("no error", { cause: error });
  return { code: error.code, message: error.message.replaceAll(folder, "DIR"), hint: error.hint };
}

describe("loadConfig", () => {
  it("finds the nearest config upwards, or the one it is given", async () => {
    writeFleet({ quotes: node("services/quotes.ts") });
    const configFile = join(folder, "shoal.config.mjs");
    const found = await loadConfig(join(folder, "services"));
    expect([found.configFile, found.definition.name]).toEqual([configFile, "tuition"]);
    expect((await loadConfig(tmpdir(), folder)).configFile).toBe(configFile);
    expect((await loadConfig(folder, "shoal.config.mjs")).configFile).toBe(configFile);
  });

  it("does not wait for ever for a config that awaits what never comes", async () => {
    write("shoal.config.mjs", "await new Promise(() => {});");
    await expect(loadConfig(folder, undefined, 20)).rejects.toThrow(
      /CONFIG_INVALID.* could not be loaded: its top level has not ended after 20 ms/,
    );
  });

  it("says an error's code once, whoever found it", async () => {
    write("shoal.config.mjs", "throw new Error('[CONFIG_INVALID] \"A_1\" is no name');");
    expect((await failure()).message).toMatch(/could not be loaded: "A_1" is no name$/);
  });

  it("says where it looked when there is none", async () => {
    expect(await failure()).toMatchObject({ code: "CONFIG_MISSING", message: expect.stringContaining("DIR") });
    expect(await failure("other.ts")).toMatchObject({
      code: "CONFIG_MISSING",
      message: expect.stringContaining("DIR/other.ts does not exist"),
    });
  });

  it.each([
    [
      "throws",
      "const a = 1;\nthrow new Error('no database');",
      "(shoal.config.mjs:2:7) could not be loaded: no database",
    ],
    ["is broken", "export default {\n  a: ;\n};", "could not be loaded"],
    ["imports what is not there", "import 'no-such-package';", "no-such-package"],
    ["exports nothing", "export const fleet = 1;", "it has no default export"],
    ["exports something else", "export default 42;", "its default export is 42, not a fleet"],
    ["throws no error", "throw 'just text';", "could not be loaded: just text"],
  ])("names the file and the reason when it %s", async (_, text, message) => {
    write("shoal.config.mjs", text);
    const error = await failure();
    expect(error.code).toBe("CONFIG_INVALID");
    expect(error.message).toContain("DIR/shoal.config.mjs");
    expect(error.message).toContain(message);
  });

  // In a process of its own: Vitest's import() finds packages of the repository from anywhere, and fails in words of its own.
  async function hintInProcess(): Promise<string> {
    const script = `import { loadConfig } from ${JSON.stringify(new URL("./load-config.ts", import.meta.url).href)};
await loadConfig(${JSON.stringify(folder)}).catch(({ code, hint }) => console.log(code, hint));`;
    const flags = ["-C", "shoal-source", "--input-type=module", "-e", script];
    return (await promisify(execFile)(process.execPath, flags)).stdout.trim();
  }

  it("says to install shoal when the config cannot find it", async () => {
    write("shoal.config.mjs", 'import { fleet } from "shoal/fleet";\nexport default fleet("a", {});');
    expect(await hintInProcess()).toBe("CONFIG_INVALID Run `npm install shoal`.");
  });

  it("says where fleet, node and command are", async () => {
    write("node_modules/shoal/package.json", '{"type": "module", "exports": "./index.js"}');
    write("node_modules/shoal/index.js", "");
    write("shoal.config.mjs", 'import { fleet } from "shoal";\nexport default fleet("a", {});');
    expect(await hintInProcess()).toBe('CONFIG_INVALID Import fleet, node and command from "shoal/fleet".');
  });

  it("finds a service that is there twice", async () => {
    write(
      "shoal.config.mjs",
      `const fleet = (name, services) => ({ name, services, options: {} });
const command = (command) => ({ kind: "command", command, options: {} });
export default fleet("a", {
  one: command("x"),
  one: command("y"),
});`,
    );
    expect((await failure()).message).toContain("services.one: is there twice, in lines 4 and 5");
  });

  const quotes = node("services/quotes.ts");
  const cases: readonly (readonly [Record<string, unknown>, unknown, string])[] = [
    [{ Quotes: quotes }, {}, "services.Quotes: the name must be 1 to 63"],
    [{ quotes: "services/quotes.ts" }, {}, 'services.quotes: is "services/quotes.ts"'],
    [{ quotes: command(" ") }, {}, "services.quotes: is an object"],
    [{ quotes: node("services/qoutes.ts") }, {}, "services.quotes: its file DIR/services/qoutes.ts does not exist"],
    [{ a: command("x", { cwd: "nowhere" }) }, {}, "services.a: its cwd DIR/nowhere does not exist"],
    [{ a: { ...quotes, options: { instance: 2 } } }, {}, "services.a: instance is no option"],
    [{ a: { ...quotes, options: { health: "/x" } } }, {}, "services.a: health is no option of node()"],
    [
      { a: node("services/quotes.ts", { instances: 0 }) },
      {},
      "services.a: instances must be an integer from 1 to 100, got 0",
    ],
    [{ a: { ...quotes, options: { env: { A: 1 } } } }, {}, "services.a: env must be an object of texts, got an object"],
    [
      { a: command("x", { health: "health" }) },
      {},
      'services.a: health must be a path starting with "/", got "health"',
    ],
    [
      { a: command("x", { port: 80 }), b: command("y", { port: 79, instances: 2 }) },
      {},
      "services.b: port 80 is the service a's",
    ],
    [{ a: command("x", { port: 4400 }) }, { controlPort: 4400 }, "services.a: port 4400 is the control plane's"],
    [{ a: command("x", { port: 65_535, instances: 2 }) }, {}, "services.a: its last instance would have port 65536"],
    [
      { "pay-ments": command("x"), payments: command("y") },
      {},
      "services.payments: differs from pay-ments by hyphens only",
    ],
    [{ a: quotes }, { relm: "staging" }, "fleet: relm is no option"],
    [{ a: quotes }, { policies: [] }, "fleet: policies must be an object of policies, got a list"],
    [{ a: quotes }, { groups: [] }, "fleet: groups must be an object of lists of services, got a list"],
    [{ a: quotes }, { groups: { A: ["a"] } }, "groups.A: the name must be"],
    [{ a: quotes }, { groups: { a: ["a"] } }, "groups.a: there is a service of that name"],
    [{ a: quotes }, { groups: { g: "a" } }, 'groups.g: must be a list of services, got "a"'],
    [{ a: quotes }, { groups: { g: [] } }, "groups.g: it has no services"],
    [{ a: quotes }, { groups: { g: ["b"] } }, "groups.g: there is no service b"],
    [{ a: quotes }, { groups: { g: ["a", "a"] } }, "groups.g: a is in it twice"],
    [{ a: quotes }, { groups: { g: ["a"], h: ["a"] } }, "groups.h: a is in it and in g"],
    [
      { a: quotes },
      { groups: { g: { services: ["a"], instances: 0 } } },
      "groups.g: instances must be an integer from 1 to 100",
    ],
    [{ a: quotes }, { groups: { g: { services: ["a"], copies: 2 } } }, "groups.g: copies is no option"],
    [
      { a: quotes, b: command("true") },
      { groups: { g: ["a", "b"] } },
      "groups.g: b cannot share a process: a command() is a program of its own",
    ],
    [
      { a: quotes, b: node("services/quotes.ts", { env: { KEY: "1" } }) },
      { groups: { g: ["a", "b"] } },
      "groups.g: b cannot share a process with a: its env (KEY) is other",
    ],
    [
      { a: quotes, b: node("services/quotes.ts", { instances: 2 }) },
      { groups: { g: ["a", "b"] } },
      "groups.g: b has 2 instances and a 1, but a group runs as a whole",
    ],
    [
      { a: quotes },
      { policies: { a: { attemptMs: 0 } } },
      'fleet: policies: "a": attemptMs must be a duration in ms >= 1, got 0',
    ],
    [{ quotes }, { policies: { qoutes: {} } }, "fleet: policies: there is no service qoutes"],
    [{ a: quotes }, { realm: "Prod EU" }, "fleet: realm must be 1 to 63"],
    [{ a: { ...quotes, options: { constructor: 1 } } }, {}, "services.a: constructor is no option"],
  ];
  it.each(cases)("refuses %j with %j: %s", async (services, options, message) => {
    writeFleet(services, options);
    expect((await failure()).message).toContain(message);
  });

  it("suggests what was probably meant", async () => {
    writeFleet({ a: { ...quotes, options: { instance: 2 } } });
    expect((await failure()).hint).toBe("Did you mean instances?");
    writeFleet({ a: node("services/quotes.js") });
    expect((await failure()).hint).toBe("There is quotes.ts in that folder.");
  });

  it("refuses a fleet without a proper name", async () => {
    writeFleet({ a: quotes }, {}, "My Fleet");
    expect((await failure()).message).toContain('got "My Fleet"');
  });

  it("takes every option there is", async () => {
    const shared = {
      instances: 2,
      env: { A: "1" },
      cwd: "services",
      watch: ["data"],
      readyMs: 1,
      stopMs: 0,
      listens: false,
    };
    const services: Record<string, ServiceDefinition> = {
      one: node("services/quotes.ts", { ...shared, port: 8_000, args: ["--a"], nodeArgs: ["--inspect"] }),
      two: command("run", { ...shared, health: "/health" }),
    };
    const options: FleetOptions = {
      realm: "staging",
      zone: "a",
      controlPort: 4_500,
      fallbackRealms: { rates: "prod" },
      policies: {
        "*": { deadlineMs: 5_000 },
        one: { connectionsMax: 4 },
        "one.getQuote": { attemptMs: 500 },
        rates: {},
        elsewhere: {},
      },
    };
    writeFleet(services, options);
    expect((await loadConfig(folder)).definition).toEqual({ name: "tuition", services, options });
  });
});
