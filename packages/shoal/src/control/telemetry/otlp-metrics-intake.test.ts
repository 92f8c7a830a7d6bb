import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HttpRequest } from "../../core/message.ts";
import { encodeOtlpMetrics } from "../../telemetry/otlp-metrics.ts";
import { createRedRecorder } from "../../telemetry/red-series.ts";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import { OTLP_BODY_BYTES_MAX, readOtlpMetrics } from "./otlp-metrics-intake.ts";

function post(body: string | Uint8Array, headers: Record<string, string> = {}): HttpRequest {
  return {
    method: "POST",
    target: "/v1/metrics",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? Buffer.from(body) : body,
  };
}

function ours(): string {
  const clock = createVirtualClock();
  const recorder = createRedRecorder(clock);
  recorder.served({ operation: "getQuote", status: 200, durationMs: 3, caller: "edge" });
  recorder.served({ operation: "getQuote", status: 503, durationMs: 30, caller: "edge" });
  return encodeOtlpMetrics(
    { series: recorder.snapshot().series, process: [], startMs: 0 },
    { "service.name": "quotes", "service.instance.id": "quotes-1" },
    clock.wallMs(),
  );
}

describe("readOtlpMetrics", () => {
  it("reads what our own exporter writes", async () => {
    const points = await readOtlpMetrics(post(ours()));
    expect(points).toMatchObject([
      {
        service: "quotes",
        instance: "quotes-1",
        isError: false,
        delta: false,
        count: 1,
        startMs: Date.UTC(2026, 0, 1),
      },
      { service: "quotes", instance: "quotes-1", isError: true, count: 1 },
    ]);
    expect(points[0]?.series).not.toBe(points[1]?.series);
    expect(points[0]?.counts).toHaveLength((points[0]?.boundsS.length ?? 0) + 1);
  });

  it("reads gzip", async () => {
    const packed = post(gzipSync(ours()), {
      "content-encoding": "gzip",
      "content-type": "application/json; charset=utf-8",
    });
    expect(await readOtlpMetrics(packed)).toHaveLength(2);
  });

  it("reads numbers that are not strings, delta by its name, and skips what it does not know", async () => {
    const histogram = {
      aggregationTemporality: "AGGREGATION_TEMPORALITY_DELTA",
      dataPoints: [
        { count: 2, bucketCounts: [1, 1], explicitBounds: [0.1], exemplars: [{}], flags: 0 },
        { count: "three" },
        { count: 2, bucketCounts: [1], explicitBounds: [0.1] },
        { count: 1, bucketCounts: [-1, 2], explicitBounds: [0.1] },
        null,
      ],
    };
    const metrics = [{ name: "process.cpu.time", sum: {} }, { name: "http.server.request.duration", histogram }, 7];
    const resource = { attributes: [{ key: "service.name", value: { stringValue: "py" } }, { key: 1 }, "x"] };
    const document = {
      resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }, { scopeMetrics: [{ metrics }] }, 0],
    };
    expect(await readOtlpMetrics(post(JSON.stringify(document)))).toEqual([
      {
        service: "py",
        instance: "py",
        side: "server",
        operation: "",
        caller: "",
        peer: "",
        external: false,
        series: "",
        isError: false,
        delta: true,
        startMs: 0,
        count: 2,
        counts: [1, 1],
        boundsS: [0.1],
      },
    ]);
  });

  it.each([
    ["protobuf", post("\u0000", { "content-type": "application/x-protobuf" }), "UNSUPPORTED_MEDIA_TYPE"],
    ["no content type", post("{}", { "content-type": "" }), "UNSUPPORTED_MEDIA_TYPE"],
    ["another encoding", post("{}", { "content-encoding": "br" }), "UNSUPPORTED_MEDIA_TYPE"],
    ["half a document", post('{"resourceMetrics":['), "BODY_MALFORMED"],
    ["a list", post("[]"), "BODY_MALFORMED"],
    ["null", post("null"), "BODY_MALFORMED"],
    ["what is no gzip", post("{}", { "content-encoding": "gzip" }), "BODY_MALFORMED"],
    ["a large body", post("x".repeat(OTLP_BODY_BYTES_MAX + 1)), "BODY_TOO_LARGE"],
    ["a bomb", post(gzipSync(Buffer.alloc(200 * 1_024 * 1_024)), { "content-encoding": "gzip" }), "BODY_TOO_LARGE"],
  ])("refuses %s", async (_, request, code) => {
    await expect(readOtlpMetrics(request)).rejects.toMatchObject({ code });
  });

  it("says what to set when protobuf comes", async () => {
    const request = post("\u0000", { "content-type": "application/x-protobuf" });
    await expect(readOtlpMetrics(request)).rejects.toMatchObject({ hint: expect.stringContaining("http/json") });
  });

  it("never fails on any JSON object", async () => {
    const keys = [
      "resourceMetrics",
      "scopeMetrics",
      "metrics",
      "histogram",
      "dataPoints",
      "attributes",
      "resource",
      "name",
    ];
    const { any } = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: "large" },
        fc.jsonValue(),
        fc.array(tie("any"), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...keys), tie("any"), { maxKeys: 4 }),
        fc.constant("http.server.request.duration"),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.constantFrom(...keys), any), async (document) => {
        expect(await readOtlpMetrics(post(JSON.stringify(document)))).toEqual([]);
      }),
    );
  });
});
