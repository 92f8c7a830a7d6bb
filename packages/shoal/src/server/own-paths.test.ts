import { describe, expect, it } from "vitest";
import { z } from "zod";
import { contract } from "../contract/contract.ts";
import { contractHash } from "../contract/hash.ts";
import { get } from "../contract/operation.ts";
import { createFakeRuntime } from "../testing/fake-runtime.ts";
import { arrivingContext } from "../transport/arrival.ts";
import { assemble } from "./assemble.ts";
import { handlerTable } from "./handlers.ts";
import { resolveServeOptions } from "./options.ts";

const ping = contract("ping", { ping: get("/ping", { returns: z.object({ pong: z.boolean() }) }) });

function server(meter = {}) {
  const identity = { service: "ping", instance: "ping-1", release: "r7", realm: "staging", zone: "b" };
  const runtime = createFakeRuntime({ identity });
  const assembled = assemble({
    contract: ping,
    handlerOf: handlerTable(ping, { ping: () => ({ pong: true }) }),
    options: resolveServeOptions({}),
    runtime: { ...runtime, meter: { ...runtime.meter, ...meter } },
  });
  const ask = async (target: string, headers: Record<string, string> = {}, method = "GET") => {
    const request = { method, target, headers, body: undefined };
    const reply = await assembled.handle(request, arrivingContext(new AbortController().signal));
    return { ...reply, text: reply.body === undefined ? "" : String(reply.body) };
  };
  return { ...assembled, ask };
}

describe("a service's own paths", () => {
  it("say who it is", async () => {
    const { text } = await server().ask("/.well-known/shoal?x=1");
    const contract = contractHash(ping);
    expect(JSON.parse(text)).toEqual({
      name: "ping",
      instance: "ping-1",
      release: "r7",
      realm: "staging",
      zone: "b",
      contract,
    });
  });

  it("give its OpenAPI document, with its release", async () => {
    const { text } = await server().ask("/openapi.json");
    expect(JSON.parse(text)).toMatchObject({ openapi: "3.1.1", info: { title: "ping", version: "r7" } });
  });

  it("give its metrics as OpenMetrics to who asks for that, else as Prometheus text; nothing when none are kept", async () => {
    const { ask } = server({ render: (type = "") => type });
    const reply = await ask("/metrics");
    expect(reply).toMatchObject({ status: 200, text: "text/plain; version=0.0.4; charset=utf-8" });
    expect(reply.headers["content-type"]).toBe(reply.text);
    const accept = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2";
    expect((await ask("/metrics", { accept })).headers["content-type"]).toContain("application/openmetrics-text");
    expect(await server().ask("/metrics")).toMatchObject({ status: 204, text: "" });
  });

  it("say when it is ready", async () => {
    const { ask, lifecycle } = server();
    expect(await ask("/health/ready")).toMatchObject({ status: 503, text: '{"status":"starting"}' });
    lifecycle.advance("ready");
    expect(await ask("/health/ready")).toMatchObject({ status: 200, text: '{"status":"ready"}' });
    expect(await ask("/health/ready", {}, "HEAD")).toMatchObject({ status: 200, text: "" });
  });

  it("can only be read", async () => {
    expect(await server().ask("/health/live", {}, "POST")).toMatchObject({
      status: 405,
      headers: { allow: "GET, HEAD" },
    });
  });

  it("leave the contract's hash unknown until it is made: making it is not for the way to the start", async () => {
    const { knownHash, warmUp } = server();
    expect(knownHash()).toBe("");
    await warmUp();
    expect(knownHash()).toBe(contractHash(ping));
  });
});
