import { request } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../support/until.ts";
import { startControl, type TestControl } from "./control.ts";
import { type App, startApp } from "./processes.ts";

let control: TestControl;
let stock: App;

beforeAll(async () => {
  control = await startControl();
  stock = startApp(control, { file: "bare.mjs", service: "stock" });
  await stock.ready();
});
afterAll(async () => {
  await stock[Symbol.asyncDispose]();
  await control[Symbol.asyncDispose]();
});

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SAID = { traceparent: `00-${TRACE}-00f067aa0ba902b7-01`, baggage: "user=7", "x-deadline-ms": "2900" };

interface Echo {
  readonly from: string;
  readonly headers: Readonly<Record<string, string>>;
}

describe.each(["bare.mjs", "express.cjs", "fastify.mjs", "hono.mjs", "nest.mjs"])("an unmodified app, %s", (file) => {
  const service = file.replace(/\..*/, "");
  let app: App;
  let address: string;

  beforeAll(async () => {
    app = startApp(control, { file });
    address = await app.ready();
  });
  afterAll(() => app[Symbol.asyncDispose]());

  it("is in the registry under its name and the address it has", () => {
    const found = control.instances().filter((instance) => instance.service === service);
    expect(found).toEqual([
      { id: app.instance, service, address, realm: "local", zone: "local", release: "dev", contract: "" },
    ]);
  });

  it("answers what every service answers, and its own 404 otherwise", async () => {
    const statusOf = async (path: string) => (await fetch(address + path)).status;
    expect(await statusOf("/health/live")).toBe(200);
    expect(await statusOf("/health/ready")).toBe(200);
    expect(await statusOf("/no/such/page")).toBe(404);
    const about = await (await fetch(`${address}/.well-known/shoal`)).json();
    expect(about).toMatchObject({ name: service, instance: app.instance, realm: "local" });
    const metrics = await (await fetch(`${address}/metrics`)).text();
    expect(metrics).toContain("http_server_request_duration_seconds_count");
  });

  it("reads bodies as before", async () => {
    const body = JSON.stringify({ text: "x".repeat(50_000) });
    const reply = await fetch(`${address}/length`, {
      method: "POST",
      body,
      headers: { "content-type": "application/json" },
    });
    expect(await reply.text()).toBe(String(file === "bare.mjs" ? body.length : 50_000));
  });

  it("finds another service by its name, and passes on trace, baggage and the time that is left", async () => {
    const { body } = await request(`${address}/call`, { headers: SAID });
    const { from, headers } = (await body.json()) as Echo;
    expect(from).toBe(stock.instance);
    expect(headers).toMatchObject({ baggage: "user=7", "x-shoal-caller": service, "x-shoal-attempt": "1" });
    expect(headers["traceparent"]).toMatch(new RegExp(`^00-${TRACE}-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$`));
    // Less than its caller has, which is less than an attempt has by default.
    expect(Number(headers["x-deadline-ms"])).toBeGreaterThan(0);
    expect(Number(headers["x-deadline-ms"])).toBeLessThan(2_900);
  });

  it("is not asked for what nobody waits for any more", async () => {
    const { statusCode, headers, body } = await request(`${address}/call`, { headers: { "x-deadline-ms": "0" } });
    await body.dump();
    expect([statusCode, headers["x-shoal-nack"]]).toEqual([503, "final"]);
  });

  it("finishes what it has begun when it is told to end, out of the registry from the first moment", async () => {
    const slow = fetch(`${address}/slow`);
    await fetch(`${address}/health/live`); // the request above is on its way before the signal is
    app.child.kill("SIGTERM");
    await until("it has left", () => control.instances().every((instance) => instance.service !== service));
    const meanwhile = await request(`${address}/health/ready`);
    expect(await meanwhile.body.json()).toEqual({ status: "draining" });
    expect([meanwhile.statusCode, meanwhile.headers["connection"]]).toEqual([503, "close"]);
    expect(await (await slow).text()).toBe("slow but whole");
    expect(await app.ended).toBe("SIGTERM");
    expect(app.output()).toBe("");
  });
});
