import { describe, expect, it } from "vitest";
import type { Context } from "../../core/context.ts";
import { SILENT_LOG } from "../../core/log.ts";
import { type HttpReply, readBody } from "../../core/message.ts";
import { newTrace } from "../../core/trace-context.ts";
import { sampleInstance } from "../../testing/sample-instance.ts";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import { startRegistry } from "./start-registry.ts";

function make(options = {}) {
  const clock = createVirtualClock();
  const registry = startRegistry({ clock, log: SILENT_LOG, ...options });
  const controller = new AbortController();
  const context: Context = {
    deadlineMs: Number.POSITIVE_INFINITY,
    signal: controller.signal,
    trace: newTrace(() => 0.5),
    baggage: "",
    caller: undefined,
    realm: "local",
    criticality: "default",
    attempt: 1,
    log: SILENT_LOG,
  };
  const ask = async (method: string, target: string, body?: unknown): Promise<HttpReply> => {
    const bytes = body === undefined ? undefined : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
    const reply = registry.routes({ method, target: `/registry/v1/${target}`, headers: {}, body: bytes }, context);
    if (!reply) throw new Error(`nobody answers ${target}`);
    return reply;
  };
  return { clock, registry, context, ask, leave: () => controller.abort() };
}

async function jsonOf(reply: HttpReply): Promise<unknown> {
  return JSON.parse(Buffer.from(await readBody(reply.body, 1e6)).toString());
}

function textsOf(reply: HttpReply): () => Promise<string | undefined> {
  if (reply.body === undefined || reply.body instanceof Uint8Array) throw new Error("no stream");
  const iterator = reply.body[Symbol.asyncIterator]();
  return async () => {
    const { done, value } = await iterator.next();
    return done ? undefined : Buffer.from(value).toString();
  };
}

describe("registryRoutes", () => {
  it("leaves other paths to others", () => {
    const { registry, context } = make();
    expect(registry.routes({ method: "GET", target: "/api/v1/fleet", headers: {}, body: undefined }, context)).toBe(
      undefined,
    );
  });

  it("registers, renews, lists and takes out", async () => {
    const { ask } = make();
    const instance = sampleInstance("quotes-1");
    expect(await jsonOf(await ask("PUT", "instances/quotes-1", instance))).toEqual({ revision: 2, leaseMs: 10_000 });
    const renewed = await ask("PUT", "instances/quotes-1", { ...instance, leaseMs: 20_000, extra: true });
    expect(await jsonOf(renewed)).toEqual({ revision: 2, leaseMs: 20_000 });
    expect(await jsonOf(await ask("GET", "instances?service=quotes&realm=local"))).toEqual({
      revision: 2,
      instances: [instance],
      services: ["quotes"],
      left: [],
      complete: false,
      watched: ["quotes"],
    });
    expect((await ask("DELETE", "instances/quotes-1")).status).toBe(204);
    expect((await ask("DELETE", "instances/quotes-1")).status).toBe(204);
    expect(await jsonOf(await ask("GET", "instances"))).toMatchObject({ instances: [], left: ["quotes-1"] });
  });

  it("takes an id with a colon, as it comes percent-encoded", async () => {
    const { ask, registry } = make();
    expect((await ask("PUT", "instances/quotes%3A1", sampleInstance("quotes:1", { service: "quotes" }))).status).toBe(
      200,
    );
    expect(registry.instances()).toHaveLength(1);
  });

  it("streams a snapshot at once, one for each change, and heartbeats", async () => {
    const { clock, ask, leave } = make();
    const reply = await ask("GET", "watch?service=quotes&realm=local");
    expect(reply.headers).toMatchObject({ "content-type": "text/event-stream" });
    const next = textsOf(reply);
    expect(await next()).toMatch(/^id: 1\nevent: snapshot\ndata: \{"revision":1,.*\}\n\n$/);
    const changed = next();
    await ask("PUT", "instances/quotes-1", sampleInstance("quotes-1"));
    await clock.advance(10);
    expect(await changed).toContain('"id":"quotes-1"');
    const quiet = next();
    await clock.advance(5_000);
    expect(await quiet).toBe(":\n\n");
    const last = next();
    leave();
    expect(await last).toBeUndefined();
  });

  it("answers 410 to a renewal that comes after the leaving", async () => {
    const { ask } = make();
    const body = { ...sampleInstance("quotes-1"), registration: "abc" };
    await ask("PUT", "instances/quotes-1", body);
    await ask("DELETE", "instances/quotes-1");
    expect((await ask("PUT", "instances/quotes-1", body)).status).toBe(410);
    expect((await ask("PUT", "instances/quotes-1", { ...body, registration: "def" })).status).toBe(200);
  });

  it("says so when it is full of instances or of watchers", async () => {
    const { ask } = make({ options: { instancesMax: 1 }, watchersMax: 1 });
    await ask("PUT", "instances/a-1", sampleInstance("a-1"));
    const full = await ask("PUT", "instances/a-2", sampleInstance("a-2"));
    expect([full.status, await jsonOf(full)]).toMatchObject([503, { code: "LIMIT_REACHED" }]);
    expect((await ask("GET", "watch?service=a")).status).toBe(200);
    expect((await ask("GET", "watch?service=a")).status).toBe(503);
  });

  const whole = sampleInstance("a-1");
  it.each([
    ["PUT", "instances/a-1", "{", [400, "BODY_MALFORMED"]],
    ["PUT", "instances/a-1", undefined, [400, "BODY_MALFORMED"]],
    ["PUT", "instances/a-1", { ...whole, service: "A" }, [400, "REQUEST_INVALID"]],
    ["PUT", "instances/a-1", { ...whole, id: "a-2" }, [400, "REQUEST_INVALID"]],
    ["PUT", "instances/a-1", { ...whole, leaseMs: "soon" }, [400, "REQUEST_INVALID"]],
    ["PUT", "instances/a-1", { ...whole, leaseMs: null }, [400, "REQUEST_INVALID"]],
    ["PUT", "instances/a-1", { ...whole, registration: "x".repeat(65) }, [400, "REQUEST_INVALID"]],
    ["PUT", "instances/a-1", { ...whole, padding: "x".repeat(20_000) }, [413, "BODY_TOO_LARGE"]],
    ["PUT", "instances/%E0%A4%A", whole, [400, "REQUEST_INVALID"]],
    ["GET", "watch?service=A", undefined, [400, "REQUEST_INVALID"]],
    ["POST", "instances/a-1", undefined, [405, "METHOD_NOT_ALLOWED"]],
    ["POST", "instances", undefined, [405, "METHOD_NOT_ALLOWED"]],
    ["PUT", "watch", undefined, [405, "METHOD_NOT_ALLOWED"]],
    ["GET", "instances/a-1/more", undefined, [404, "OPERATION_UNKNOWN"]],
    ["GET", "nothing", undefined, [404, "OPERATION_UNKNOWN"]],
  ])("answers %s %s with its code (%#)", async (method, target, body, [status, code]) => {
    const { ask, registry } = make();
    const reply = await ask(method, target, body);
    expect([reply.status, await jsonOf(reply)]).toMatchObject([status, { code }]);
    expect(registry.instances()).toEqual([]);
  });
});
