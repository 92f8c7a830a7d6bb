import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isShoalError } from "../../core/errors.ts";
import type { IntakeKind } from "../history/history.ts";
import { decodeIntake } from "./decode-intake.ts";
import { INTAKE_LIMITS, type IntakeLimits } from "./limits.ts";
import { messageField, textField, unsignedField } from "./protobuf-writer.ts";

const nowMs = Date.UTC(2026, 5, 1);
const JSON_TYPE = "application/json";
const PROTOBUF = "application/x-protobuf";
const KINDS: readonly IntakeKind[] = ["otlp-traces", "otlp-logs", "otlp-metrics", "zipkin-spans", "exchanges"];

const decode = (kind: IntakeKind, contentType: string, bytes: Uint8Array, limits?: Partial<IntakeLimits>) =>
  decodeIntake({ kind, contentType, contentEncoding: "", bytes }, nowMs, limits);
const decodeJson = (kind: IntakeKind, document: unknown, limits?: Partial<IntakeLimits>) =>
  decode(kind, JSON_TYPE, Buffer.from(JSON.stringify(document)), limits);

const good = {
  traceId: "0AF7651916CD43DD8448EB211C80319C",
  spanId: "b7ad6b7169203331",
  name: "x",
  startTimeUnixNano: "1780000000000000000",
  endTimeUnixNano: "1780000000001000000",
};
const traces = (...spans: readonly object[]) => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
const span = (fields: object, limits?: Partial<IntakeLimits>) =>
  decodeJson("otlp-traces", traces({ ...good, ...fields }), limits);
const attribute = (key: unknown, value: unknown) => ({ key, value });

describe("a body that cannot be taken", () => {
  it.each([
    ["no content type", "otlp-traces", "", "{}", "UNSUPPORTED_MEDIA_TYPE"],
    ["text", "otlp-logs", "text/plain", "{}", "UNSUPPORTED_MEDIA_TYPE"],
    ["a form", "otlp-metrics", "application/x-www-form-urlencoded", "a=b", "UNSUPPORTED_MEDIA_TYPE"],
    ["Zipkin in protobuf", "zipkin-spans", PROTOBUF, "", "UNSUPPORTED_MEDIA_TYPE"],
    ["Zipkin in thrift", "zipkin-spans", "application/x-thrift", "", "UNSUPPORTED_MEDIA_TYPE"],
    ["exchanges in protobuf", "exchanges", PROTOBUF, "", "UNSUPPORTED_MEDIA_TYPE"],
    ["nothing", "otlp-traces", JSON_TYPE, "", "BODY_MALFORMED"],
    ["half of it", "otlp-traces", JSON_TYPE, '{"resourceSpans":[', "BODY_MALFORMED"],
    ["a list", "otlp-traces", JSON_TYPE, "[]", "BODY_MALFORMED"],
    ["null", "exchanges", JSON_TYPE, "null", "BODY_MALFORMED"],
    ["an object for Zipkin", "zipkin-spans", JSON_TYPE, "{}", "BODY_MALFORMED"],
    ["JSON as protobuf", "otlp-traces", PROTOBUF, '{"resourceSpans":[]}', "BODY_MALFORMED"],
    ["a length beyond the end", "otlp-traces", PROTOBUF, "\u000a\u007f", "BODY_MALFORMED"],
    ["a number without an end", "otlp-traces", PROTOBUF, "\u0008", "BODY_MALFORMED"],
  ] as const)("is refused with a code: %s", (...[, kind, type, body, code]) => {
    expect(() => decode(kind, type, Buffer.from(body, "latin1"))).toThrow(expect.objectContaining({ code }));
  });

  it("is refused when it is packed in a way that is not read, or not packed at all", () => {
    const body = { kind: "otlp-traces", contentType: JSON_TYPE, bytes: Buffer.from("{}") } as const;
    const unread = () => decodeIntake({ ...body, contentEncoding: "zstd" }, nowMs);
    expect(unread).toThrow(
      expect.objectContaining({ code: "UNSUPPORTED_MEDIA_TYPE", hint: expect.stringContaining("gzip") }),
    );
    const unpacked = () => decodeIntake({ ...body, contentEncoding: "gzip" }, nowMs);
    expect(unpacked).toThrow(expect.objectContaining({ code: "BODY_MALFORMED" }));
  });

  it("is read at each limit of its size and refused one byte past it, packed or not", () => {
    const bytes = Buffer.from("{}  ");
    const packed = gzipSync(bytes);
    const read = (unpackedBytesMax: number, packedBytesMax: number, contentEncoding: string) => () =>
      decodeIntake(
        { kind: "otlp-logs", contentType: JSON_TYPE, contentEncoding, bytes: contentEncoding ? packed : bytes },
        nowMs,
        { unpackedBytesMax, packedBytesMax },
      );
    const tooLarge = expect.objectContaining({ code: "BODY_TOO_LARGE" });
    expect(read(4, 1, "")).not.toThrow();
    expect(read(3, 1, "")).toThrow(tooLarge);
    expect(read(4, packed.length, "gzip")).not.toThrow();
    expect(read(3, packed.length, "gzip")).toThrow(tooLarge);
    expect(read(4, packed.length - 1, "gzip")).toThrow(tooLarge);
  });

  it("is not unfolded when it is a bomb of gzip", () => {
    const bytes = gzipSync(Buffer.alloc(300 * 1_024 * 1_024));
    const bomb = { kind: "otlp-traces", contentType: PROTOBUF, contentEncoding: "gzip", bytes } as const;
    expect(() => decodeIntake(bomb, nowMs)).toThrow(expect.objectContaining({ code: "BODY_TOO_LARGE" }));
  });

  it.each([
    ["lists beside each other", `[${"[],".repeat(300_000)}0]`],
    ["lists within each other", "[".repeat(300_000)],
    ["objects within each other", '{"a":'.repeat(100_000)],
  ])("is not parsed when it is a bomb of JSON: %s", (_, text) => {
    const parse = () => decode("zipkin-spans", JSON_TYPE, Buffer.from(text));
    expect(parse).toThrow(expect.objectContaining({ message: expect.stringContaining("too many or too deep") }));
  });

  it("is no bomb of JSON when only its texts look like one", () => {
    const attributes = [attribute("text", { stringValue: `\\"${"[".repeat(300_000)}` })];
    expect(span({ attributes }).spans).toHaveLength(1);
  });
});

describe("a span that cannot be kept", () => {
  it.each([
    ["an id of base64, which some exporters write", { traceId: "W47/95gDgQPSabYzgT/GDA==" }, "trace id"],
    ["an id of zeros", { traceId: "0".repeat(32) }, "trace id"],
    ["no trace id", { traceId: undefined }, "trace id"],
    ["a number as its id", { spanId: 12 }, "span's id"],
    ["an id that is too short", { spanId: "b7ad6b71" }, "span's id"],
    ["an id of other letters", { spanId: "z7ad6b7169203331" }, "span's id"],
    ["no start", { startTimeUnixNano: undefined }, "start"],
    ["a start in 1970", { startTimeUnixNano: "1" }, "start"],
    ["a start in ms instead of ns", { startTimeUnixNano: 1_780_000_000_000 }, "start"],
    ["a start before Unix time", { startTimeUnixNano: "-5" }, "start"],
    ["a start that is no number", { startTimeUnixNano: "NaN" }, "start"],
    ["a start in the year 3000", { startTimeUnixNano: "32503680000000000000" }, "start"],
    ["an end in the year 3000", { endTimeUnixNano: "32503680000000000000" }, "end"],
  ])("is rejected alone, with a reason: %s", (_, fields, reason) => {
    const decoded = decodeJson("otlp-traces", traces({ ...good, ...fields }, good));
    expect(decoded).toMatchObject({ rejected: 1, reason: expect.stringContaining(reason) });
    expect(decoded.spans).toHaveLength(1);
  });

  it("is one past the limit of records", () => {
    const two = traces(good, { ...good, spanId: "b7ad6b7169203332" });
    expect(decodeJson("otlp-traces", two, { recordsMax: 2 })).toMatchObject({ rejected: 0 });
    const decoded = decodeJson("otlp-traces", two, { recordsMax: 1 });
    expect(decoded).toMatchObject({ rejected: 1, reason: expect.stringContaining("more than 1") });
  });
});

describe("a span that is kept in spite of what is wrong with it", () => {
  it.each([
    ["its own parent becomes a root", { parentSpanId: good.spanId }, { parentSpanId: "" }],
    ["a parent that is no id makes a root", { parentSpanId: "xyz" }, { parentSpanId: "" }],
    ["a parent of zeros makes a root", { parentSpanId: "0".repeat(16) }, { parentSpanId: "" }],
    ["an end before its start takes no time", { endTimeUnixNano: "1770000000000000000" }, { durationMs: 0 }],
    ["no end takes no time", { endTimeUnixNano: undefined }, { durationMs: 0 }],
    ["a kind by its name", { kind: "SPAN_KIND_CLIENT" }, { kind: "client" }],
    ["an unknown kind is internal", { kind: 99 }, { kind: "internal" }],
    ["a status by its name", { status: { code: "STATUS_CODE_ERROR" } }, { status: "error" }],
    ["fields of other types", { name: 7, attributes: {}, events: "x", links: null }, { name: "", events: [] }],
    ["fields that nobody knows", { unknown: [{}], __proto__: { polluted: true } }, { name: "x" }],
    [
      "an event in no possible time is put at the start",
      { events: [{ name: "e" }] },
      { events: [{ timeMs: 1.78e12 }] },
    ],
    ["a link to nothing is left out", { links: [{ traceId: "1" }] }, { links: [] }],
  ])("%s", (_, fields, expected) => {
    expect(span(fields).spans).toMatchObject([expected]);
    expect(span(fields).rejected).toBe(0);
  });

  it("keeps both of two with one id: which of them counts is for the store to say", () => {
    expect(decodeJson("otlp-traces", traces(good, good)).spans).toHaveLength(2);
  });
});

describe("attributes", () => {
  const attributesOf = (list: unknown, limits?: Partial<IntakeLimits>) =>
    span({ attributes: list }, limits).spans[0]?.attributes;

  it("are cut at the limit, which is seen", () => {
    const at = (chars: number) =>
      attributesOf([attribute("a", { stringValue: "x".repeat(chars) })], { valueCharsMax: 8 });
    expect(at(8)).toEqual({ a: "xxxxxxxx" });
    expect(at(9)).toEqual({ a: "xxxxxxx…" });
    expect(attributesOf([attribute("a".repeat(9), { intValue: "1" })], { nameCharsMax: 8 })).toEqual({ "aaaaaaa…": 1 });
  });

  it("of 10 MB are cut, and no half of a character is left", () => {
    const value = attributesOf([attribute("a", { stringValue: "🐟".repeat(2_500_000) })])?.["a"];
    expect(String(value)).toHaveLength(INTAKE_LIMITS.valueCharsMax - 1);
    expect(String(value).isWellFormed()).toBe(true);
  });

  it("are left out past the limit, and counted with what the sender left out", () => {
    const many = Array.from({ length: 100_000 }, (_, index) => attribute(`k${index}`, { boolValue: true }));
    const decoded = span({ attributes: many, droppedAttributesCount: 5, droppedEventsCount: "2" }).spans[0]?.attributes;
    expect(Object.keys(decoded ?? {})).toHaveLength(INTAKE_LIMITS.attributesMax + 2);
    expect(decoded).toMatchObject({ "otel.dropped_attributes_count": 99_877, "otel.dropped_events_count": 2 });
  });

  it("cannot change what an object is", () => {
    const hostile = [
      attribute("__proto__", { stringValue: "x" }),
      attribute("constructor", { stringValue: "y" }),
      attribute("map", { kvlistValue: { values: [attribute("__proto__", { stringValue: "z" })] } }),
    ];
    const decoded = attributesOf(hostile);
    expect(Object.getPrototypeOf(decoded)).toBe(Object.prototype);
    expect(decoded).toEqual({ constructor: "y", map: '{"__proto__":"z"}', "otel.dropped_attributes_count": 1 });
  });

  it("keep every digit, and what is no finite number", () => {
    const list = [
      attribute("large", { intValue: "9223372036854775807" }),
      attribute("small", { intValue: -5 }),
      attribute("nan", { doubleValue: "NaN" }),
      attribute("infinite", { doubleValue: "-Infinity" }),
      attribute("half", { doubleValue: 0.5 }),
      attribute("bytes", { bytesValue: "AQI=" }),
      attribute("none", {}),
      attribute("wrong", { intValue: {} }),
    ];
    expect(attributesOf(list)).toEqual({
      large: "9223372036854775807",
      small: -5,
      nan: "NaN",
      infinite: "-Infinity",
      half: 0.5,
      bytes: "AQI=",
      none: "",
      wrong: "",
    });
  });

  it("become JSON text when they are maps, or deeper lists, down to the limit", () => {
    let value: object = { stringValue: "bottom" };
    for (let depth = 0; depth < 12; depth += 1) value = { arrayValue: { values: [value] } };
    expect(attributesOf([attribute("deep", value)])).toEqual({ deep: `${"[".repeat(8)}"…"${"]".repeat(8)}` });
  });
});

describe("a point that cannot be kept", () => {
  const duration = (fields: object) => ({ name: "http.server.request.duration", histogram: { dataPoints: [fields] } });
  it.each([
    ["no name", { gauge: { dataPoints: [{ asInt: "1" }] } }, "no name"],
    ["a count that is none", duration({ count: "three" }), "count"],
    ["a negative count", duration({ count: -1 }), "count"],
    ["too few buckets", duration({ count: 2, bucketCounts: [1], explicitBounds: [0.1] }), "buckets"],
    ["bounds that fall", duration({ count: 2, bucketCounts: [1, 1, 0], explicitBounds: [0.2, 0.1] }), "buckets"],
    ["a negative bucket", duration({ count: 1, bucketCounts: [-1, 2], explicitBounds: [0.1] }), "buckets"],
    ["a unit of no time", { ...duration({ count: 1 }), unit: "By" }, "buckets"],
    [
      "a scale beyond sense",
      { ...duration({}), histogram: {}, exponentialHistogram: { dataPoints: [{ scale: 999 }] } },
      "buckets",
    ],
  ])("is rejected with a reason: %s", (_, metric, reason) => {
    const decoded = decodeJson("otlp-metrics", { resourceMetrics: [{ scopeMetrics: [{ metrics: [metric] }] }] });
    expect(decoded).toMatchObject({ rejected: 1, reason: expect.stringContaining(reason), metrics: { durations: [] } });
  });

  it("is none when its buckets are missing: the count alone makes a rate", () => {
    const metrics = [duration({ count: "7" })];
    const decoded = decodeJson("otlp-metrics", { resourceMetrics: [{ scopeMetrics: [{ metrics }] }] });
    expect(decoded.metrics.durations).toMatchObject([
      { count: 7, counts: [], boundsS: [], service: "unknown_service" },
    ]);
  });
});

describe("records of nothing", () => {
  // A record in two bytes, over and over.
  const empty = (field: number) => Buffer.alloc(2_000_000, Buffer.of(field * 8 + 2, 0));
  it.each([
    ["otlp-traces", messageField(1, messageField(2, empty(2)))],
    ["otlp-logs", messageField(1, messageField(2, empty(2)))],
    ["otlp-metrics", messageField(1, messageField(2, messageField(2, messageField(5, empty(1)))))],
  ] as const)("are read up to the limit and then counted only: %s", (kind, bytes) => {
    const decoded = decode(kind, PROTOBUF, bytes, { recordsMax: 10 });
    expect(decoded.rejected).toBeGreaterThanOrEqual(1_000_000 - 10);
    expect(decoded.logs.length + decoded.spans.length).toBeLessThanOrEqual(10);
  });
});

describe("protobuf from anybody", () => {
  const wrap = (...parts: readonly Uint8Array[]) =>
    messageField(1, messageField(2, messageField(2, Buffer.concat(parts))));

  it("is read though its text is no UTF-8", () => {
    const body = messageField(
      1,
      messageField(2, messageField(2, messageField(5, messageField(1, Buffer.of(0x61, 0xff))))),
    );
    expect(decode("otlp-logs", PROTOBUF, body).logs).toMatchObject([{ text: "a\ufffd" }]);
  });

  it("passes over fields of another wire type, and messages that are nested without end", () => {
    let value: Buffer = textField(1, "bottom");
    for (let depth = 0; depth < 5_000; depth += 1) value = messageField(5, messageField(1, value));
    const wrong = [unsignedField(1, 7), unsignedField(5, 3), textField(2, "x"), unsignedField(11, 1)];
    const decoded = decode("otlp-logs", PROTOBUF, wrap(...wrong, messageField(5, value)));
    expect(decoded.logs).toMatchObject([{ timeMs: nowMs, level: "info", text: `${"[".repeat(8)}"…"${"]".repeat(8)}` }]);
  });

  it("does not fill a packed list further than its bytes reach", () => {
    const point = Buffer.of(0x32, 0xff, 0xff, 0xff, 0xff, 0x0f);
    const body = wrap(textField(1, "http.server.request.duration"), messageField(9, messageField(1, point)));
    expect(() => decode("otlp-metrics", PROTOBUF, body)).toThrow(expect.objectContaining({ code: "BODY_MALFORMED" }));
  });

  it("reads the resource also when it comes after what it is of", () => {
    const name = Buffer.concat([textField(1, "service.name"), messageField(2, textField(1, "late"))]);
    const group = Buffer.concat([
      messageField(2, messageField(2, Buffer.alloc(0))),
      messageField(1, messageField(1, name)),
    ]);
    expect(decode("otlp-logs", PROTOBUF, messageField(1, group)).logs).toMatchObject([{ service: "late" }]);
  });

  it("of no bytes is a request without records", () => {
    expect(decode("otlp-traces", PROTOBUF, new Uint8Array())).toMatchObject({ spans: [], rejected: 0 });
  });
});

describe("whatever comes", () => {
  const codes = new Set(["BODY_MALFORMED", "BODY_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE"]);
  const survives = (kind: IntakeKind, type: string, bytes: Uint8Array, encoding = "") => {
    try {
      decodeIntake({ kind, contentType: type, contentEncoding: encoding, bytes }, nowMs);
    } catch (cause) {
      if (!isShoalError(cause) || !codes.has(cause.code)) throw cause;
    }
  };

  it("throws a ShoalError or nothing: bytes as protobuf and as gzip", () => {
    fc.assert(
      fc.property(fc.constantFrom(...KINDS), fc.uint8Array({ maxLength: 300 }), (kind, bytes) => {
        survives(kind, PROTOBUF, bytes);
        survives(kind, JSON_TYPE, bytes, "gzip");
        survives(kind, PROTOBUF, messageField(1, messageField(2, messageField(2, bytes))));
        survives(kind, PROTOBUF, gzipSync(bytes), "gzip");
      }),
    );
  });

  it("throws a ShoalError or nothing: JSON made of the words that are read", () => {
    const words = `resourceSpans scopeSpans spans resourceLogs scopeLogs logRecords resourceMetrics scopeMetrics metrics
      histogram exponentialHistogram sum gauge summary dataPoints attributes resource scope key value kvlistValue values
      arrayValue intValue stringValue traceId spanId id parentId startTimeUnixNano timestamp duration tags kind name count
      bucketCounts explicitBounds positive offset scale exchanges dropped startMs side request reply headers body attempts
      __proto__ constructor`.split(/\s+/);
    const { any } = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: "medium" },
        fc.jsonValue({ maxDepth: 1 }),
        fc.constantFrom("a".repeat(32), "b".repeat(16), "1780000000000000000", 1.78e12, 1e300, -1, "SERVER", "client"),
        fc.array(tie("any"), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...words), tie("any"), { maxKeys: 6 }),
      ),
    }));
    fc.assert(
      fc.property(fc.constantFrom(...KINDS), any, (kind, document) => {
        survives(kind, JSON_TYPE, Buffer.from(JSON.stringify(document)));
      }),
    );
  });
});
