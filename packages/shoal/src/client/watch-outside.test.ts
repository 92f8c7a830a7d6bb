import { createServer, get, request } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runInContext } from "../core/context.ts";
import type { Exchange } from "../telemetry/records.ts";
import { createFakeRuntime } from "../testing/fake-runtime.ts";
import { createRecordingRecorder } from "../testing/recording-recorder.ts";
import { arrivingContext } from "../transport/arrival.ts";
import { systemPorts } from "../transport/system-ports.ts";
import { ownOrigins, watchOutside } from "./watch-outside.ts";

const server = createServer((incoming, response) => {
  incoming.resume();
  if (incoming.url?.startsWith("/cut")) {
    response.writeHead(200, { "content-length": "100" });
    response.write("half");
    setImmediate(() => response.destroy());
    return;
  }
  response.writeHead(incoming.url?.startsWith("/fail") ? 500 : 200, { "content-type": "application/json" });
  response.end('{"token":"S3CRET","ok":true}');
});
const recorder = createRecordingRecorder();
let origin = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  watchOutside({ ...createFakeRuntime(), ports: systemPorts, recorder }, { SHOAL_CONTROL: "http://127.0.0.1:1" });
});
afterAll(() => server.close());

async function exchangeTo(path: string): Promise<Exchange> {
  for (;;) {
    const found = recorder.exchanges.map((pending) => pending.make()).find(({ url }) => url.includes(path));
    if (found) return found;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const post = { method: "POST", headers: { "content-type": "application/json", authorization: "Bearer S3CRET" } };

describe("watchOutside", () => {
  it.each([
    [
      "the global fetch",
      async (url: string) => (await globalThis.fetch(url, { ...post, body: '{"apiKey":"S3CRET"}' })).text(),
    ],
    [
      "the package undici",
      async (url: string) => {
        const undici = await import("undici");
        return (await undici.request(url, { ...post, method: "POST", body: '{"apiKey":"S3CRET"}' })).body.text();
      },
    ],
    [
      "node:http",
      (url: string) =>
        new Promise<string>((resolve, reject) => {
          const outgoing = request(url, post, (reply) => {
            let text = "";
            reply.on("data", (chunk) => {
              text += chunk;
            });
            reply.on("end", () => resolve(text));
          });
          outgoing.on("error", reject);
          outgoing.write('{"apiKey":');
          outgoing.end('"S3CRET"}');
        }),
    ],
  ])("records calls by %s, and changes nothing about them", async (name, call) => {
    const path = `/${name.replaceAll(/\W/g, "-")}`;
    const trace = { traceId: "a".repeat(32), spanId: "b".repeat(16), flags: 1, state: "" };
    const context = { ...arrivingContext(new AbortController().signal), trace };
    expect(await runInContext(context, () => call(`${origin}${path}?token=S3CRET`))).toBe(
      '{"token":"S3CRET","ok":true}',
    );
    const exchange = await exchangeTo(path);
    expect(exchange).toMatchObject({
      side: "client",
      external: true,
      traceId: trace.traceId,
      peer: origin.slice("http://".length),
      operation: `POST ${path}`,
      url: `${origin}${path}?token=[redacted]`,
      status: 200,
      error: "",
      request: { body: { bytes: 19, text: '{"apiKey":"[redacted]"}', truncated: false } },
      reply: { body: { bytes: 28, text: '{"token":"[redacted]","ok":true}', truncated: false } },
    });
    expect(exchange.request.headers).toContainEqual(["authorization", "[redacted]"]);
    expect(JSON.stringify(exchange)).not.toContain("S3CRET");
    expect(recorder.spans.some((span) => span.spanId === exchange.spanId)).toBe(true);
  });

  it("records what fails: no connection, and a reply that breaks off, by either client", async () => {
    await expect(globalThis.fetch(`${origin}/cut-fetch`).then((reply) => reply.text())).rejects.toThrow();
    await new Promise((resolve) => {
      get(`${origin}/cut-node`, (reply) => reply.on("error", resolve).resume());
    });
    for (const path of ["/cut-fetch", "/cut-node"]) {
      const exchange = await exchangeTo(path);
      expect(exchange).toMatchObject({ status: 200, reply: { body: { text: "half", truncated: true } } });
      expect(exchange.error).not.toBe("");
    }
    await expect(globalThis.fetch("http://127.0.0.1:9/refused-fetch")).rejects.toThrow();
    await new Promise((resolve) => get("http://localhost:9/refused-node").on("error", resolve));
    expect(await exchangeTo("/refused-node")).toMatchObject({
      status: 0,
      reply: null,
      error: expect.stringMatching(/ECONNREFUSED/),
    });
  });

  it("lets an error that nobody listens to be as fatal as before", async () => {
    const outgoing = get("http://localhost:9/nobody");
    expect(outgoing.listenerCount("error")).toBe(0);
    await new Promise((resolve) => outgoing.on("error", resolve));
    expect(await exchangeTo("/nobody")).toMatchObject({ status: 0 });
  });

  it("leaves out services and the places where this process tells of itself", async () => {
    await expect(globalThis.fetch("http://quotes.service/left-out")).rejects.toThrow();
    await expect(globalThis.fetch("http://127.0.0.1:1/left-out")).rejects.toThrow();
    expect(recorder.exchanges.map((pending) => pending.make().url).filter((url) => url.includes("left-out"))).toEqual(
      [],
    );
    expect(
      [...ownOrigins({ SHOAL_CONTROL: "http://c:1", OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://t:2/x" })].sort(),
    ).toEqual(["http://c:1", "http://t:2"]);
  });
});
