import { describe, expect, it } from "vitest";
import { decodeIntake } from "./decode-intake.ts";

const nowMs = Date.UTC(2026, 5, 1);
const decode = (...spans: readonly unknown[]) =>
  decodeIntake(
    {
      kind: "zipkin-spans",
      contentType: "application/json",
      contentEncoding: "",
      bytes: Buffer.from(JSON.stringify(spans)),
    },
    nowMs,
  );

const client = {
  traceId: "5af7183fb1d4cf5f",
  id: "352bff9a74ca9ad2",
  kind: "CLIENT",
  name: "get /api",
  timestamp: 1_780_000_000_123_456,
  duration: 1_431,
  localEndpoint: { serviceName: "frontend", ipv4: "192.168.99.1", port: 3_306 },
};
const server = {
  ...client,
  kind: "SERVER",
  shared: true,
  timestamp: 1_780_000_000_123_900,
  duration: 500,
  localEndpoint: { serviceName: "backend" },
};
const inServer = {
  ...client,
  kind: undefined,
  id: "aa",
  parentId: "352bff9a74ca9ad2",
  localEndpoint: { serviceName: "backend" },
};

describe("Zipkin's spans", () => {
  it("are read with tags, annotations and endpoints", () => {
    const rich = {
      ...client,
      parentId: "6b221d5bc9e6496c",
      remoteEndpoint: { serviceName: "backend", ipv6: "::1", port: 9_000 },
      annotations: [{ timestamp: 1_780_000_000_124_000, value: "ws" }, { value: "when?" }, 7],
      tags: { "http.method": "GET", "http.status_code": "503", error: "broken", number: 7 },
    };
    expect(decode(rich).spans).toEqual([
      {
        service: "frontend",
        instance: "192.168.99.1:3306",
        resource: { "service.name": "frontend", "service.instance.id": "192.168.99.1:3306" },
        traceId: "00000000000000005af7183fb1d4cf5f",
        spanId: "352bff9a74ca9ad2",
        parentSpanId: "6b221d5bc9e6496c",
        name: "get /api",
        kind: "client",
        startMs: 1_780_000_000_123.456,
        durationMs: 1.431,
        status: "error",
        statusMessage: "broken",
        attributes: {
          "http.method": "GET",
          "http.request.method": "GET",
          "http.status_code": "503",
          "http.response.status_code": 503,
          error: "broken",
          "peer.service": "backend",
          "network.peer.address": "::1:9000",
        },
        events: [
          { name: "ws", timeMs: 1_780_000_000_124, attributes: {} },
          { name: "when?", timeMs: 1_780_000_000_123.456, attributes: {} },
        ],
        links: [],
        scope: "zipkin",
      },
    ]);
  });

  it("that share an id are told apart: the server's is the client's child, and its own children follow it", () => {
    const [first, second, third] = decode(inServer, server, client).spans;
    expect(third).toMatchObject({ kind: "client", spanId: client.id, parentSpanId: "" });
    expect(second).toMatchObject({ kind: "server", parentSpanId: client.id });
    expect(second?.spanId).not.toBe(client.id);
    expect(first).toMatchObject({ spanId: "00000000000000aa", parentSpanId: second?.spanId });
    // The same again when it comes again, and when only it comes.
    expect(decode(server).spans[0]?.spanId).toBe(second?.spanId);
  });

  it("that share an id without saying so are told apart when they come together", () => {
    const [, second] = decode(client, { ...server, shared: undefined }).spans;
    expect(second).toMatchObject({ kind: "server", parentSpanId: client.id });
    expect(decode({ ...server, shared: undefined }).spans).toMatchObject([{ spanId: client.id, parentSpanId: "" }]);
  });

  it("of the caller keep their parent, also when a server shares its id", () => {
    const inClient = { ...inServer, localEndpoint: client.localEndpoint };
    expect(decode(inClient, server, client).spans[0]).toMatchObject({ parentSpanId: client.id });
  });

  it.each([
    ["no time", { timestamp: undefined }],
    ["a time in ns", { timestamp: 1.78e18 }],
    ["no id", { id: undefined }],
    ["an id of other letters", { id: "xyz" }],
    ["an id that is too long", { traceId: "a".repeat(33) }],
  ])("are rejected one by one: %s", (_, fields) => {
    expect(decode({ ...client, ...fields }, client)).toMatchObject({ rejected: 1, spans: [{ spanId: client.id }] });
  });
});
