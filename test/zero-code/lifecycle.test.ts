import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../support/until.ts";
import { startControl, type TestControl } from "./control.ts";
import { freePort, runScript, startApp } from "./processes.ts";

let control: TestControl;

beforeAll(async () => {
  control = await startControl();
});
afterAll(() => control[Symbol.asyncDispose]());

const registered = (service: string) => control.instances().filter((instance) => instance.service === service);

describe("an app that ends by itself on SIGTERM", () => {
  it("is drained first, then hears the signal once, and ends as its author meant it to", async () => {
    await using app = startApp(control, { file: "ends-itself.mjs" });
    const address = await app.ready();
    const slow = fetch(`${address}/slow`);
    await fetch(`${address}/`);
    app.child.kill("SIGTERM");
    await until("it has left", () => registered("ends-itself").length === 0);
    expect(app.output()).toBe("");
    expect(await (await fetch(address)).text()).toBe("fine");
    expect(await (await slow).text()).toBe("slow but whole");
    expect(await app.ended).toBe(7);
    expect(app.output()).toBe("SIGTERM heard\nclosed\n");
  });

  it("hears a second signal at once", async () => {
    await using app = startApp(control, { file: "ends-itself.mjs" });
    await app.ready();
    app.child.kill("SIGTERM");
    await until("it has left", () => registered("ends-itself").length === 0);
    app.child.kill("SIGTERM");
    expect(await app.ended).toBe(7);
    expect(app.output()).toBe("SIGTERM heard\nclosed\n");
  });

  it.each(["SIGINT", "SIGTERM"] as const)("without a handler of its own ends by %s", async (signal) => {
    await using app = startApp(control, { file: "bare.mjs" });
    await app.ready();
    app.child.kill(signal);
    expect(await app.ended).toBe(signal);
    expect(registered("bare")).toEqual([]);
  });
});

describe("an app with several servers", () => {
  it("is registered with the one on $PORT", async () => {
    const port = await freePort();
    await using app = startApp(control, { file: "two-servers.mjs", env: { PORT: String(port) } });
    expect(await app.ready()).toBe(`http://127.0.0.1:${port}`);
    expect(await (await fetch(registered("two-servers")[0]?.address ?? "")).text()).toBe("customers");
  });

  it("is registered with its own server, not with that of a child it forked", async () => {
    const port = await freePort();
    await using app = startApp(control, { file: "forks.mjs", env: { PORT: String(port) } });
    const address = await app.ready();
    const reply = await (await fetch(address)).text();
    expect(reply).toMatch(/^parent of \d+$/);
    expect(registered("forks").map((instance) => instance.address)).toEqual([`http://127.0.0.1:${port}`]);
    process.kill(Number(reply.split(" ").at(-1)), "SIGKILL");
  });
});

describe("in code", () => {
  it("wrap() gives the same to a server, under the name it says", async () => {
    await using app = startApp(control, { file: "wrapped.ts", env: { SHOAL_SERVICE: "" } });
    const address = await app.ready();
    expect(registered("wrapped")).toHaveLength(1);
    expect((await fetch(`${address}/health/ready`)).status).toBe(200);
    expect(await (await fetch(`${address}/x`)).text()).toBe("nothing here");
    app.child.kill("SIGTERM");
    expect(await app.ended).toBe("SIGTERM");
    expect(registered("wrapped")).toEqual([]);
  });

  it("a service made by serve() is left as it is", async () => {
    await using app = startApp(control, { file: "served.ts", service: "greeter" });
    const address = await app.ready();
    expect(app.told.map(({ kind }) => kind)).toEqual(["listening", "ready"]);
    expect((await fetch(`${address}/health/ready`)).status).toBe(200);
    app.child.kill("SIGTERM");
    expect(await app.ended).toBe(0);
  });
});

describe("without SHOAL_CONTROL", () => {
  it("loads nothing and changes nothing", async () => {
    const code = `
      const http = process.getBuiltinModule("node:http");
      return {
        listeners: process.listenerCount("SIGTERM"),
        emit: Object.hasOwn(process, "emit"),
        listen: Object.hasOwn(http.Server.prototype, "listen"),
        owner: process.env.SHOAL_OWNER_PID ?? "nobody",
        request: http.request.name,
        failure: await fetch("http://catalog.service/").catch((error) => error.cause.code),
      };`;
    expect(await runScript(undefined, code)).toEqual({
      listeners: 0,
      emit: false,
      listen: false,
      owner: "nobody",
      request: "request",
      failure: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/),
    });
  });
});

describe("what does not work", () => {
  it("is said once on standard error, and the app runs on", async () => {
    await using app = startApp(control, { file: "script.mjs", args: ["return 1"], env: { SHOAL_REALM: "No Name" } });
    expect(await app.ended).toBe(0);
    const [problem, result] = app.output().trim().split("\n");
    expect(problem).toContain("SHOAL_REALM must be");
    expect(result).toBe("1");
  });
});

describe("SHOAL_WATCH=1", () => {
  it("tells the supervisor which files the app is made of, loaded either way, and no package's", async () => {
    const env = { SHOAL_WATCH: "1" };
    const code = `await load("./express.cjs"); await load("./two-servers.mjs"); setImmediate(() => setImmediate(process.exit));`;
    await using app = startApp(control, { file: "script.mjs", args: [code], env });
    await app.ended;
    const files = app.told.flatMap((message) => (message.kind === "modules" ? message.files : []));
    const file = (name: string) => fileURLToPath(new URL(`apps/${name}`, import.meta.url));
    expect(files.toSorted()).toEqual(["express.cjs", "script.mjs", "two-servers.mjs"].map(file));
  });
});
