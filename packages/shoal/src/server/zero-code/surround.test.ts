import { createServer, type RequestListener } from "node:http";
import { describe, expect, it } from "vitest";
import { type Context, currentContext } from "../../core/context.ts";
import { askInMemory } from "../../testing/ask-in-memory.ts";
import { createFakeSurroundings } from "../../testing/fake-surroundings.ts";
import { isSurrounded, surround } from "./surround.ts";

function make(app: RequestListener = (_, response) => response.end("app")) {
  const server = createServer(app);
  const fake = createFakeSurroundings();
  surround(server, fake.around);
  const ask = (path: string, options?: Parameters<typeof askInMemory>[2]) => askInMemory(server, path, options);
  return { ...fake, server, ask };
}

/** An app without any page of its own. */
const empty: RequestListener = (_, response) => {
  response.writeHead(404, { "x-app": "yes", "content-type": "text/plain" });
  response.end("nothing here");
};

describe("surround", () => {
  it("leaves the app's requests and replies as they are", async () => {
    const { ask } = make((request, response) => {
      response.setHeader("x-seen", request.url ?? "");
      response.statusCode = 201;
      response.end("made");
    });
    const reply = await ask("/a?b=1", { method: "POST", body: "x" });
    expect(reply).toMatchObject({ status: 201, text: "made", headers: { "x-seen": "/a?b=1" } });
  });

  it("passes the app's own 404 for its own paths", async () => {
    const { ask } = make(empty);
    expect(await ask("/other")).toMatchObject({ status: 404, text: "nothing here", headers: { "x-app": "yes" } });
    expect(await ask("/health/live", { method: "POST" })).toMatchObject({ status: 404, text: "nothing here" });
  });

  it.each([
    ["/health/live", { status: "live" }],
    ["/health/ready?verbose", { status: "ready" }],
    [
      "/.well-known/shoal",
      { name: "shop", instance: "shop-1", release: "dev", realm: "local", zone: "local", contract: "" },
    ],
  ])("answers %s where the app has nothing, without a trace of the app's 404", async (path, body) => {
    const reply = await make(empty).ask(path);
    expect(reply.status).toBe(200);
    expect(JSON.parse(reply.text)).toEqual(body);
    expect(reply.headers["x-app"]).toBeUndefined();
    expect(reply.headers["content-type"]).toBe("application/json");
  });

  it("lets the app's own health check stand", async () => {
    const { ask } = make((_, response) => {
      response.statusCode = 418;
      response.end("my own");
    });
    expect(await ask("/health/ready")).toMatchObject({ status: 418, text: "my own" });
  });

  it("answers /health/ready with 503 while it drains, whatever the app says, and asks each connection to close", async () => {
    const { ask, around } = make();
    around.lifecycle.advance("draining");
    expect(await ask("/health/ready")).toMatchObject({ status: 503, text: '{"status":"draining"}' });
    expect(await ask("/x")).toMatchObject({ status: 200, text: "app", headers: { connection: "close" } });
  });

  it("refuses what comes too late with a final nack, without calling the app", async () => {
    let calls = 0;
    const { ask } = make((_, response) => {
      calls += 1;
      response.end();
    });
    const reply = await ask("/x", { headers: { "x-deadline-ms": "0" } });
    expect(reply).toMatchObject({ status: 503, headers: { "x-shoal-nack": "final" } });
    expect(JSON.parse(reply.text)).toMatchObject({ code: "DEADLINE_EXCEEDED" });
    expect(calls).toBe(0);
  });

  it.each(["soon", "", "NaN"])("takes the deadline %j for none", async (deadline) => {
    expect((await make().ask("/x", { headers: { "x-deadline-ms": deadline } })).status).toBe(200);
  });

  it("counts each request by its method", async () => {
    const { ask, runtime } = make(empty);
    await ask("/secret/path", { method: "PUT", headers: { "x-shoal-caller": "edge" } });
    expect(runtime.served).toEqual([{ operation: "PUT", status: 404, durationMs: 0, caller: "edge" }]);
  });

  it("counts what the caller did not wait for as 499", async () => {
    const { server, runtime, around } = make(() => {});
    const waiting = askInMemory(server, "/x", { signal: AbortSignal.timeout(20) }).catch(() => {});
    await waiting;
    await new Promise((resolve) => setImmediate(resolve));
    expect(runtime.served).toMatchObject([{ status: 499 }]);
    expect(around.inFlight.count()).toBe(0);
  });

  it("gives the app a context: trace, baggage, caller, deadline; and no cancellation", async () => {
    let seen: Context | undefined;
    const { ask, around } = make((_, response) => {
      seen = currentContext();
      expect(seen?.deadlineMs).toBe(around.ports.clock.now() + 500);
      response.end();
    });
    const headers = {
      traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01`,
      baggage: "user=7",
      "x-shoal-caller": "edge",
      "x-deadline-ms": "500",
    };
    await ask("/x", { headers });
    expect(seen).toMatchObject({ baggage: "user=7", caller: "edge", trace: { traceId: "a".repeat(32), flags: 1 } });
    expect(seen?.trace.spanId).not.toBe("b".repeat(16));
    expect(seen?.signal.aborted).toBe(false);
  });

  it("ends the deadline with the reply: work that goes on after it is not bound", async () => {
    let seen: Context | undefined;
    const { ask } = make((_, response) => {
      seen = currentContext();
      response.end();
    });
    await ask("/x", { headers: { "x-deadline-ms": "500" } });
    expect(seen?.deadlineMs).toBe(Number.POSITIVE_INFINITY);
  });

  it("keeps the context where a body is read by events", async () => {
    const traces: (string | undefined)[] = [];
    const { ask } = make((request, response) => {
      request.on("data", () => traces.push(currentContext()?.trace.traceId));
      request.on("end", () => {
        traces.push(currentContext()?.trace.traceId);
        response.end();
      });
      response.on("finish", () => traces.push(currentContext()?.trace.traceId));
    });
    const headers = { traceparent: `00-${"c".repeat(32)}-${"b".repeat(16)}-01` };
    await ask("/x", { method: "POST", body: "data", headers });
    expect(traces).toEqual(Array(3).fill("c".repeat(32)));
  });

  it("calls the app as if it were not there when something of ours fails", async () => {
    const { server, around, problems, ask } = make();
    Object.defineProperty(around, "inFlight", {
      get() {
        throw new Error("broken");
      },
    });
    expect((await ask("/x")).text).toBe("app");
    expect(problems).toEqual(["a request could not be prepared: Error: broken"]);
    expect(isSurrounded(server)).toBe(true);
  });

  it("surrounds a server once, and one that serve() made not at all", () => {
    const { server, around } = make();
    const { emit } = server;
    surround(server, around);
    expect(server.emit).toBe(emit);
    const served = Object.defineProperty(createServer(), Symbol.for("shoal.served"), { value: true });
    surround(served, around);
    expect(Object.hasOwn(served, "emit")).toBe(false);
  });
});
