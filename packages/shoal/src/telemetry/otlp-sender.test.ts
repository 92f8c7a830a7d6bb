import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { metricsEndpointFrom } from "./otlp-endpoint.ts";
import { createOtlpSender } from "./otlp-sender.ts";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function collector(answer: RequestListener): Promise<URL> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/metrics`);
}

describe("createOtlpSender", () => {
  it("posts JSON over one connection", async () => {
    const sockets = new Set<unknown>();
    const seen: string[] = [];
    const url = await collector((request, reply) => {
      sockets.add(request.socket);
      seen.push(`${request.method} ${request.url} ${request.headers["content-type"]} ${request.headers["x-a"]}`);
      request.resume().on("end", () => reply.end("{}"));
    });
    const send = createOtlpSender({ url, headers: { "x-a": "1" } }, 2_000);
    expect([await send("{}"), await send("{}")]).toEqual([true, true]);
    expect(seen).toEqual(new Array(2).fill("POST /v1/metrics application/json 1"));
    expect(sockets.size).toBe(1);
  });

  it.each([400, 415, 503])("says false for a %i", async (status) => {
    const url = await collector((_request, reply) => reply.writeHead(status).end());
    expect(await createOtlpSender({ url, headers: {} }, 2_000)("{}")).toBe(false);
  });

  it("says false when nothing listens, the connection breaks, the answer never comes or a header is no header", async () => {
    const breaking = await collector((request) => request.socket.destroy());
    const silent = await collector(() => {});
    expect(await createOtlpSender({ url: new URL("http://127.0.0.1:1/"), headers: {} }, 2_000)("{}")).toBe(false);
    expect(await createOtlpSender({ url: breaking, headers: {} }, 2_000)("{}")).toBe(false);
    expect(await createOtlpSender({ url: silent, headers: {} }, 50)("{}")).toBe(false);
    expect(await createOtlpSender({ url: silent, headers: { "x-a": "\n" } }, 50)("{}")).toBe(false);
  });
});

describe("metricsEndpointFrom", () => {
  const control = "http://127.0.0.1:4400";

  it.each([
    [{}, undefined],
    [{ SHOAL_CONTROL: control }, `${control}/v1/metrics`],
    [
      { SHOAL_CONTROL: control, OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318/" },
      "http://collector:4318/v1/metrics",
    ],
    [{ OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: "https://c.example/x" }, "https://c.example/x"],
    [{ SHOAL_CONTROL: control, OTEL_METRICS_EXPORTER: "none" }, undefined],
    [{ SHOAL_CONTROL: control, OTEL_SDK_DISABLED: "true" }, undefined],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: "not a url" }, undefined],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: "ftp://c" }, undefined],
  ])("reads %j", (env, url) => {
    expect(metricsEndpointFrom(env)?.url.href).toBe(url);
  });

  it("sends the control plane's token to the control plane only", () => {
    const env = { SHOAL_CONTROL: control, SHOAL_CONTROL_TOKEN: "t" };
    expect(metricsEndpointFrom(env)?.headers).toEqual({ authorization: "Bearer t" });
    expect(metricsEndpointFrom({ ...env, OTEL_EXPORTER_OTLP_ENDPOINT: "http://other:4318" })?.headers).toEqual({});
  });

  it("reads headers as OpenTelemetry writes them", () => {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://c:4318", OTEL_EXPORTER_OTLP_HEADERS: "api-key=a%20b, x=1,junk" };
    expect(metricsEndpointFrom(env)?.headers).toEqual({ "api-key": "a b", x: "1" });
  });
});
