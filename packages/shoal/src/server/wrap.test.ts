import { createServer } from "node:http";
import { describe, expect, it } from "vitest";
import { withRuntime } from "../client/process-runtime.ts";
import { createFakeRuntime } from "../testing/fake-runtime.ts";
import { type WrapOptions, wrap } from "./wrap.ts";

function make(options: Partial<WrapOptions> = {}, service = "") {
  const runtime = createFakeRuntime({ identity: { service, instance: "process-1" } });
  const server = createServer((_request, response) => {
    response.statusCode = 404;
    response.end("nothing here");
  });
  const wrapped = withRuntime(runtime, () => wrap(server, { signals: false, ...options }));
  const listen = async () => {
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    await new Promise((done) => setImmediate(done));
    const [instance] = runtime.registry.registered();
    return instance;
  };
  return { ...runtime, server, wrapped, listen };
}

describe("wrap", () => {
  it("surrounds the server, and registers it when it listens", async () => {
    const { listen, wrapped, server, ports } = make({ service: "stock" });
    const instance = await listen();
    expect(instance).toMatchObject({ id: "stock-process-1", service: "stock" });
    expect((await fetch(`${instance?.address}/health/ready`)).status).toBe(200);
    expect((await fetch(`${instance?.address}/other`)).status).toBe(404);
    const closed = wrapped.close();
    await ports.clock.advance(250);
    await closed;
    expect(server.listening).toBe(false);
  });

  it("registers a server that listens already", async () => {
    const runtime = createFakeRuntime({ identity: { service: "stock", instance: "stock-1" } });
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    withRuntime(runtime, () => wrap(server, { signals: false }));
    await new Promise((done) => setImmediate(done));
    expect(runtime.registry.events).toEqual(["register stock-1"]);
    server.close();
  });

  it("registers nothing without a name", async () => {
    const { listen, server } = make();
    expect(await listen()).toBeUndefined();
    server.close();
  });

  it("leaves a server alone that is wrapped already", async () => {
    const { server, registry, listen, ...runtime } = make({ service: "stock" });
    const again = withRuntime({ registry, ...runtime }, () => wrap(server, { signals: false, service: "other" }));
    await listen();
    await again.close();
    expect(registry.events).toEqual(["register stock-process-1"]);
    expect(server.listening).toBe(true);
    server.close();
  });

  it("refuses a name that is none, and another than the fleet's", () => {
    expect(() => make({ service: "No Name" })).toThrow("[OPTION_INVALID] service");
    expect(() => make({ service: "other" }, "stock")).toThrow("[CONFIG_INVALID]");
  });

  it("refuses an option that does not exist", () => {
    expect(() => make({ drainsMs: 1 } as never)).toThrow("[OPTION_INVALID] drainsMs");
  });

  it("listens to no signal when it is told not to", () => {
    const before = process.listenerCount("SIGTERM");
    make();
    expect(process.listenerCount("SIGTERM")).toBe(before);
  });
});
