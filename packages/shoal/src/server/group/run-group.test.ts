import type { ChildProcess } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { runSupervised } from "../../testing/run-supervised.ts";

const source = join(import.meta.dirname, "..", "..", "index.ts");
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "shoal-group-"));
});
afterAll(() => rm(folder, { recursive: true }));

const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill("SIGKILL");
});

/** The text of a file that serves a contract of one operation. */
const serving = (name: string, more = "") => `
  import { contract, get, serve } from ${JSON.stringify(source)};
  ${more}
  const it = contract("${name}", { get: get("/", {}) });
  export default serve(it, { get() {} }, { drainPropagationMs: 10 });
`;

/** Runs a group as a supervisor does. */
async function run(files: Readonly<Record<string, string>>) {
  const members = await Promise.all(
    Object.entries(files).map(async ([service, text]) => {
      const file = join(folder, `${service}.mts`);
      await writeFile(file, text);
      return { service, instance: `${service}-1`, port: 0, file };
    }),
  );
  const env = { SHOAL_GROUP: JSON.stringify({ name: "core", members }) };
  const { child, out, exited } = runSupervised(join(import.meta.dirname, "main.ts"), env, running);
  const told = () =>
    out.told
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as { kind: string; service?: string; address?: string; message?: string });
  const until = (kind: string, service: string) =>
    expect
      .poll(() => told().find((each) => each.kind === kind && each.service === service), {
        timeout: 20_000,
        interval: 10,
      })
      .toBeDefined();
  return { child, out, told, exited, until };
}

describe("a process of several services", () => {
  it("lets each file listen by itself, says of each that it is ready, and drains all on SIGTERM", async () => {
    const { child, told, exited, until } = await run({ quotes: serving("quotes"), rates: serving("rates") });
    await Promise.all([until("ready", "quotes"), until("ready", "rates")]);
    for (const { address } of told().filter(({ kind }) => kind === "listening")) {
      expect((await fetch(`${address}/`)).status).toBe(204);
    }
    child.kill("SIGTERM");
    expect(await exited).toBe(0);
    expect(told().map(({ kind }) => kind)).not.toContain("crashing");
  });

  it("starts a service also when another one's file had imported it before", async () => {
    const imports = 'import quotes from "./quotes.mts"; void quotes;';
    const { told, until } = await run({ edge: serving("edge", imports), quotes: serving("quotes") });
    await Promise.all([until("ready", "edge"), until("ready", "quotes")]);
    expect(told().filter(({ kind, service }) => kind === "listening" && service === "quotes")).toHaveLength(1);
  });

  it("leaves a file alone that listens when it wants to", async () => {
    const text = `${serving("quotes").replace("export default", "const served =")}\nawait served.listen();`;
    const { told, until } = await run({ quotes: text, rates: serving("rates") });
    await Promise.all([until("ready", "quotes"), until("ready", "rates")]);
    expect(told().filter(({ kind, service }) => kind === "listening" && service === "quotes")).toHaveLength(1);
  });

  it("says why a service cannot start, and goes on with the others", async () => {
    const { told, until, out } = await run({
      broken: "throw new Error('there is no key');",
      plain: "export default 1;",
      misnamed: serving("other"),
      quotes: serving("quotes"),
    });
    await Promise.all(["broken", "plain", "misnamed"].map((service) => until("failed", service)));
    await until("ready", "quotes");
    const reasonOf = (name: string) =>
      told().find(({ kind, service }) => kind === "failed" && service === name)?.message;
    expect(reasonOf("broken")).toBe("there is no key");
    expect(reasonOf("plain")).toContain("makes no service with serve()");
    expect(reasonOf("misnamed")).toContain('but it serves the contract "other"');
    await expect.poll(() => out.printed).toContain("\u2063broken\u2063Error: there is no key");
  });

  it("ends with 1 when none of its services can start", async () => {
    const { exited, told } = await run({ broken: "throw new Error('no');", plain: "export default 1;" });
    expect(await exited).toBe(1);
    expect(told().filter(({ kind }) => kind === "failed")).toHaveLength(2);
  });
});
