import { describe, expect, it } from "vitest";
import type { HttpRequest } from "../../core/message.ts";
import type { Instance } from "../../discovery/instance.ts";
import { createFakeRegistry } from "../../testing/fake-registry.ts";
import { createFakeRuntime } from "../../testing/fake-runtime.ts";
import { createOpenApiCache } from "./openapi-cache.ts";

function fleet() {
  const runtime = createFakeRuntime({ registry: createFakeRegistry({ live: true }) });
  const asked: HttpRequest[] = [];
  const serves = { status: 200, text: '{"openapi":"3.1.1","paths":{}}' };
  runtime.transport.serve("quotes", async (request) => {
    asked.push(request);
    return { status: serves.status, headers: {}, body: Buffer.from(serves.text) };
  });
  let instances: Instance[] = [];
  const become = (contract: string, id = "quotes-1") => {
    const place = { realm: "local", zone: "local", release: "dev" };
    const instance = { id, service: "quotes", address: "local:quotes", contract, ...place };
    instances = [instance];
    runtime.registry.register(instance);
  };
  const cache = createOpenApiCache(runtime, () => instances);
  return { cache, asked, serves, become, clock: runtime.ports.clock };
}

describe("createOpenApiCache", () => {
  it("asks an instance once for each contract, without a trace", async () => {
    const { cache, asked, become } = fleet();
    become("hash-1");
    const [first, second] = await Promise.all([cache.documentOf("quotes"), cache.documentOf("quotes")]);
    expect(first).toEqual({ openapi: "3.1.1", paths: {} });
    expect(second).toBe(first);
    expect(await cache.documentOf("quotes")).toBe(first);
    expect(asked).toMatchObject([{ method: "GET", target: "/openapi.json" }]);
    expect(asked[0]?.headers["traceparent"]).toMatch(/-0[02]$/);
    become("hash-2");
    expect(await cache.documentOf("quotes")).toEqual(first);
    expect(asked).toHaveLength(2);
  });

  it.each([
    ["no document", 404, "{}"],
    ["no JSON", 200, "<html>"],
    ["a list", 200, "[]"],
  ])("knows of %s, and asks again after a while", async (_, status, text) => {
    const { cache, asked, become, serves, clock } = fleet();
    become("");
    Object.assign(serves, { status, text });
    expect(await cache.documentOf("quotes")).toBeUndefined();
    expect(await cache.documentOf("quotes")).toBeUndefined();
    expect(asked).toHaveLength(1);
    Object.assign(serves, { status: 200, text: '{"paths":{}}' });
    await clock.advance(15_000);
    expect(await cache.documentOf("quotes")).toEqual({ paths: {} });
  });

  it("asks nobody when there is nobody", async () => {
    expect(await fleet().cache.documentOf("quotes")).toBeUndefined();
  });
});
