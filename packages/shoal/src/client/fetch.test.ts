import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it } from "vitest";
import { readBody } from "../core/message.ts";
import { success } from "../core/outcome.ts";
import { createFakeRegistry } from "../testing/fake-registry.ts";
import { createFakeRuntime } from "../testing/fake-runtime.ts";
import { type Behaviour, createFakeTransport } from "../testing/fake-transport.ts";
import { sampleInstance } from "../testing/sample-instance.ts";
import { createHttpTransport } from "../transport/http-client.ts";
import { systemPorts } from "../transport/system-ports.ts";
import { closeClients } from "./client.ts";
import { type FetchInit, fetch } from "./fetch.ts";
import { withRuntime } from "./process-runtime.ts";

/** Instances of quotes and rates, on real time: the platform's streams know no other. */
function world(behave: (transport: ReturnType<typeof createFakeTransport>) => Behaviour) {
  const transport = createFakeTransport(systemPorts.clock);
  const registry = createFakeRegistry({ live: true });
  const runtime = { ...createFakeRuntime({ registry }), ports: systemPorts, transport };
  const instances = ["quotes", "rates"].map((service) => sampleInstance(service, { service, address: service }));
  for (const instance of instances) {
    registry.register(instance);
    transport.at(instance.address, behave(transport));
  }
  const send = (input: string | URL | Request, init?: FetchInit) => withRuntime(runtime, () => fetch(input, init));
  return { transport, send };
}

/** Answers with what it was sent. */
const echo: Behaviour = async (request) =>
  success({ status: 200, headers: { "x-method": request.method }, body: await readBody(request.body, 1e6) });

describe("fetch", () => {
  it.each(["service://quotes/quotes/42?a=1", "http://quotes.service/quotes/42?a=1"])("finds %s", async (url) => {
    const { transport, send } = world((fake) =>
      fake.answers({ json: { id: "42" }, headers: { "set-cookie": ["a=1", "b=2"] } }),
    );
    const response = await send(url);
    expect(await response.json()).toEqual({ id: "42" });
    expect(response.url).toBe(url);
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(transport.sent[0]).toMatchObject({
      address: "quotes",
      request: { method: "GET", target: "/quotes/42?a=1" },
    });
  });

  it.each<[string, RequestInit["body"], string]>([
    ["a string", "hello", "hello"],
    ["bytes", new Uint8Array([104, 105]), "hi"],
    ["a form", new URLSearchParams({ a: "1" }), "a=1"],
    ["a blob", new Blob(["blob"]), "blob"],
    ["a stream", new Blob(["streamed"]).stream(), "streamed"],
  ])("sends %s", async (_what, body, text) => {
    const { send } = world(() => echo);
    const response = await send("service://quotes/", { method: "post", body: body ?? null });
    expect(response.headers.get("x-method")).toBe("POST");
    expect(await response.text()).toBe(text);
  });

  it("takes a Request", async () => {
    const { transport, send } = world(() => echo);
    const request = new Request("http://quotes.service/a", {
      method: "PUT",
      body: "x",
      headers: { "x-one": "1", te: "x" },
    });
    expect(await (await send(request)).text()).toBe("x");
    expect(transport.sent[0]?.request.headers).toMatchObject({ "x-one": "1" });
    expect(transport.sent[0]?.request.headers["te"]).toBeUndefined();
  });

  it("gives any answer of the service as a Response, also one that retries could not mend", async () => {
    const { transport, send } = world((fake) => fake.answers({ status: 503, json: { sorry: true } }));
    const response = await send("service://quotes/", { policy: { backoffMsMax: 1, backoffMsFirst: 1 } });
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ sorry: true });
    expect(response.headers.get("x-shoal-retry")).toBe("never");
    expect(transport.sent).toHaveLength(3);
  });

  it.each([204, 304])("gives %i without a body", async (status) => {
    const { send } = world((fake) => fake.answers({ status }));
    const response = await send("service://quotes/");
    expect([response.status, response.body]).toEqual([status, null]);
  });

  it("streams a reply, and stops it when its reader does", async () => {
    let stopped = false;
    const { send } = world((fake) => {
      const body: AsyncIterable<Uint8Array> = {
        [Symbol.asyncIterator]: () => ({
          next: async () => ({ done: false, value: Buffer.from("tick ") }),
          return: async () => {
            stopped = true;
            return { done: true, value: undefined };
          },
        }),
      };
      return fake.answers({ body });
    });
    const reader = (await send("service://quotes/")).body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? "").toString()).toBe("tick ");
    await reader?.cancel();
    expect(stopped).toBe(true);
  });

  it("rejects with the signal's reason when aborted", async () => {
    const { transport, send } = world((fake) => fake.hangs());
    const controller = new AbortController();
    const response = send("service://quotes/", { signal: controller.signal });
    setTimeout(() => controller.abort(), 20);
    await expect(response).rejects.toMatchObject({ name: "AbortError" });
    expect(transport.inFlight()).toBe(0);
  });

  it("rejects with a ShoalError when nobody answered", async () => {
    const { send } = world((fake) => fake.loses());
    await expect(send("service://quotes/", { method: "POST" })).rejects.toMatchObject({ code: "CONNECTION_LOST" });
  });

  it("follows redirects from service to service", async () => {
    const { transport, send } = world(
      (fake) => (request, context, count) =>
        fake.answers(
          request.target === "/old" ? { status: 302, headers: { location: "http://rates.service/new" } } : { json: 1 },
        )(request, context, count),
    );
    const response = await send("http://quotes.service/old");
    expect([response.url, response.redirected, await response.json()]).toEqual(["http://rates.service/new", true, 1]);
    expect(transport.addresses()).toEqual(["quotes", "rates"]);
  });

  it("leaves any other URL to the platform, with no header of ours", async () => {
    const { send } = world((fake) => fake.answers());
    const server = createServer((request, reply) => reply.end(JSON.stringify(request.headers)));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const headers = (await (await send(`http://127.0.0.1:${port}/`)).json()) as object;
    expect(Object.keys(headers).filter((name) => /shoal|deadline|trace/.test(name))).toEqual([]);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});

describe("fetch over sockets", () => {
  it("cuts a streamed reply when its caller leaves, and the server sees that", async () => {
    const gone = Promise.withResolvers<void>();
    const server = createServer((_request, reply) => {
      reply.on("close", () => gone.resolve());
      reply.write("tick");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const registry = createFakeRegistry({ live: true });
    registry.register(sampleInstance("quotes-1", { address: `http://127.0.0.1:${port}` }));
    const runtime = { ...createFakeRuntime({ registry }), ports: systemPorts, transport: createHttpTransport() };
    const controller = new AbortController();
    const response = await withRuntime(runtime, () => fetch("service://quotes/", { signal: controller.signal }));
    const reader = response.body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? "").toString()).toBe("tick");
    controller.abort();
    await expect(reader?.read()).rejects.toMatchObject({ code: "CANCELLED" });
    await gone.promise;
    closeClients(runtime);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});
