import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { createFakeRuntime } from "../testing/fake-runtime.ts";
import { currentRuntime, processRuntime, withRuntime } from "./process-runtime.ts";

const entry = new URL("../index.ts", import.meta.url).href;

/** What a script prints that runs beside the library. */
async function printed(script: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const { SHOAL_CONTROL: _control, SHOAL_STATIC: _static, ...outer } = process.env;
  const args = ["-C", "shoal-source", "--input-type=module", "-e", script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...outer, ...env } });
  return stdout.trim();
}

describe("the runtime", () => {
  it("is the process's, made once, unless another is set around the code that asks", () => {
    const other = createFakeRuntime();
    expect(processRuntime()).toBe(processRuntime());
    expect(currentRuntime()).toBe(processRuntime());
    expect(withRuntime(other, currentRuntime)).toBe(other);
  });

  it("does not load the HTTP client before somebody calls", async () => {
    const loaded = `
      import { createRequire } from "node:module";
      import { contract, get, serve, use } from "${entry}";
      const quotes = contract("quotes", { list: get("/", {}) });
      use(quotes);
      const listening = await serve(quotes, { list() {} }).listen({ port: 0 });
      console.log(Object.keys(createRequire("${entry}").cache).some((file) => file.includes("/undici/")));
      process.exit();
    `;
    expect(await printed(loaded)).toBe("false");
  });

  it("keeps a script alive while its call waits, and no longer", async () => {
    const script = `
      import { fetch } from "${entry}";
      console.log(await fetch("service://nobody/").catch(({ code }) => code));
    `;
    expect(await printed(script)).toBe("SERVICE_UNKNOWN");
    expect(await printed(script, { SHOAL_CONTROL: "http://127.0.0.1:1", SHOAL_LOG_LEVEL: "silent" })).toBe(
      "NO_INSTANCE",
    );
  });

  it("reads SHOAL_STATIC, and names the variable when it is wrong", async () => {
    const script = `
      import { fetch } from "${entry}";
      console.log(await fetch("service://quotes/").catch(({ code, message }) => code + message));
    `;
    expect(await printed(script, { SHOAL_STATIC: "quotes=nowhere" })).toContain("OPTION_INVALID");
    expect(await printed(script, { SHOAL_STATIC: "quotes=nowhere" })).toContain("SHOAL_STATIC");
  });

  it("ends a process that has not called anybody yet when SHOAL_POLICIES is wrong", async () => {
    const script = `
      import { fetch } from "${entry}";
      console.log(typeof fetch);
    `;
    expect(await printed(script, { SHOAL_POLICIES: '{"*":{"attemptMs":500}}' })).toBe("function");
    await expect(printed(script, { SHOAL_POLICIES: '{"*":{"attemptMs":0}}' })).rejects.toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringContaining('[OPTION_INVALID] SHOAL_POLICIES: "*": attemptMs must be a duration in ms >= 1'),
    });
  });
});
