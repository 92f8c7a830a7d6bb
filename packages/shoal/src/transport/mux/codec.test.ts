import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HttpRequest } from "../../core/message.ts";
import type { Frame } from "./frame-reader.ts";
import { FrameReader } from "./frame-reader.ts";
import { FrameWriter } from "./frame-writer.ts";
import { HeadReader } from "./head-reader.ts";
import { METHODS, NAMES, PAIRS } from "./head-table.ts";
import { HeadWriter } from "./head-writer.ts";
import { readHello, writeHello } from "./hello.ts";
import { MUX_DEFAULTS } from "./options.ts";
import { FLAG_END, KIND, MuxError } from "./protocol.ts";
import type { Wire } from "./wire.ts";

const PAYLOAD_BYTES_MAX = 40_000;

/** The bytes that a writer sends. */
function written(write: (writer: FrameWriter) => void): Buffer {
  const parts: Buffer[] = [];
  const keep = (bytes: Uint8Array) => {
    parts.push(Buffer.from(bytes));
    return true;
  };
  const wire = { write: keep, writeAll: (all: readonly Uint8Array[]) => all.every(keep), bufferedBytes: () => 0 };
  const writer = new FrameWriter();
  write(writer);
  writer.flush(wire as unknown as Wire);
  return Buffer.concat(parts);
}

interface Model {
  readonly kind: number;
  readonly isEnd: boolean;
  readonly call: number;
  readonly payload: string;
}

function read(bytes: Buffer, cuts: readonly number[]): Model[] {
  const frames: Model[] = [];
  const reader = new FrameReader(PAYLOAD_BYTES_MAX, (frame: Frame) => {
    const payload = frame.bytes.toString("hex", frame.start, frame.end);
    frames.push({ kind: frame.kind, isEnd: frame.isEnd, call: frame.call, payload });
  });
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  ends.forEach((end, index) => {
    reader.push(Buffer.from(bytes.subarray(ends[index - 1] ?? 0, end)));
  });
  return frames;
}

interface Step {
  readonly kind: "data" | "credit" | "cancel";
  readonly call: number;
  readonly bytes: Uint8Array;
  readonly isEnd: boolean;
  readonly repeat: number;
}

/** Writes a frame, and says what it is. */
function writeStep(writer: FrameWriter, { kind, call: id, bytes: some, isEnd, repeat }: Step): Model {
  const payload = Buffer.concat(Array.from({ length: repeat }, () => some));
  if (kind === "data") writer.data(id, payload, isEnd);
  if (kind === "credit") writer.credit(id, 77);
  if (kind === "cancel") writer.cancel(id, 2);
  const hex = { data: payload.toString("hex"), credit: "0000004d", cancel: "02" }[kind];
  return { kind: KIND[kind], isEnd, call: id, payload: hex };
}

const call = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const bytes = (maxLength: number) => fc.uint8Array({ maxLength });
const step = fc.oneof(
  fc.record({
    kind: fc.constant("data" as const),
    call,
    bytes: bytes(300),
    isEnd: fc.boolean(),
    repeat: fc.constant(1),
  }),
  fc.record({
    kind: fc.constant("data" as const),
    call,
    bytes: bytes(300),
    isEnd: fc.boolean(),
    repeat: fc.constant(100),
  }),
  fc.record({
    kind: fc.constant("credit" as const),
    call,
    bytes: bytes(4),
    isEnd: fc.constant(false),
    repeat: fc.constant(1),
  }),
  fc.record({
    kind: fc.constant("cancel" as const),
    call,
    bytes: bytes(0),
    isEnd: fc.constant(false),
    repeat: fc.constant(1),
  }),
);

describe("frames", () => {
  it("are the same however what carries them is cut", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.array(fc.nat(), { maxLength: 60 }), (steps, cuts) => {
        const expected: Model[] = [];
        const all = written((writer) => {
          for (const one of steps) expected.push(writeStep(writer, one));
        });
        expect(read(all, cuts)).toEqual(expected);
      }),
    );
  });

  it("of any bytes are frames, or an error of the protocol, and never more is held than one of them", () => {
    fc.assert(
      fc.property(fc.array(bytes(200), { maxLength: 40 }), (chunks) => {
        let held = 0;
        const reader = new FrameReader(1_000, ({ bytes: { length }, start, end }) => {
          held = Math.max(held, end - start);
          if (end > length) throw new Error("a frame beyond its memory");
        });
        try {
          for (const chunk of chunks) reader.push(Buffer.from(chunk));
        } catch (cause) {
          expect(cause).toBeInstanceOf(MuxError);
        }
        expect(held).toBeLessThanOrEqual(1_000);
      }),
    );
  });

  it("over the limit are refused by their header, before any room is made for them", () => {
    const reader = new FrameReader(1_000, () => {});
    expect(() => reader.push(Buffer.from([0, 3, 233, 3, 0, 0, 0, 1]))).toThrow("a frame of 1001 bytes");
    expect(() => new FrameReader(1_000, () => {}).push(Buffer.from([0, 3, 232, 3, 0, 0, 0, 1]))).not.toThrow();
  });

  it("larger than a batch, and bodies that are not copied, keep their order", () => {
    const bodies = [10, 70_000, 20_000, 16_384, 16_385, 1].map((length, index) => Buffer.alloc(length, index));
    const all = written((writer) => bodies.forEach((body, index) => void writer.data(index, body, false)));
    const frames: string[] = [];
    new FrameReader(100_000, ({ call: id, bytes: whole, start, end }) => {
      frames.push(`${id} ${end - start} ${whole[start]} ${whole[end - 1]}`);
    }).push(all);
    expect(frames).toEqual(bodies.map(({ length }, index) => `${index} ${length} ${index} ${index}`));
  });
});

const NAME_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789-_.!#$%&'*+^`|~".split("");
const headerName = fc.oneof(
  fc.constantFrom(...NAMES.slice(1)),
  fc
    .string({ unit: fc.constantFrom(...NAME_CHARACTERS), minLength: 1, maxLength: 255 })
    .map((name) => `x-${name}`.slice(0, 255)),
);
const headerValue = fc.oneof(
  fc.constantFrom(...PAIRS.map(([, value]) => value)),
  fc.string({
    unit: fc
      .integer({ min: 32, max: 255 })
      .filter((code) => code !== 127 && (code < 128 || code > 159))
      .map((code) => String.fromCharCode(code)),
    maxLength: 80,
  }),
);
const headers = fc.dictionary(headerName, headerValue, { maxKeys: 40, noNullPrototype: true });
const target = fc
  .string({ unit: fc.integer({ min: 33, max: 126 }).map((code) => String.fromCharCode(code)), maxLength: 200 })
  .map((rest) => `/${rest}`);
const method = fc.constantFrom("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

/** The payload of a frame with the head that the writer holds, and the body. */
function payloadOf(head: HeadWriter, body: Uint8Array | undefined): Buffer {
  return written((writer) => writer.head(KIND.request | FLAG_END, 1, head, body)).subarray(8);
}

function requestHead(request: HttpRequest) {
  const writer = new HeadWriter();
  return writer.request(request) ? payloadOf(writer, request.body as Uint8Array | undefined) : undefined;
}

describe("heads", () => {
  it("of requests arrive as they were", () => {
    fc.assert(
      fc.property(fc.record({ method, target, headers, body: bytes(50) }), (request) => {
        const payload = requestHead(request) ?? Buffer.alloc(0);
        const reader = new HeadReader(65_536);
        reader.readRequest(payload, 0, payload.length);
        expect(reader).toMatchObject({ method: request.method, target: request.target });
        expect(reader.requestHeaders).toEqual(request.headers);
        expect([...payload.subarray(reader.end)]).toEqual([...request.body]);
      }),
    );
  });

  it("of replies arrive as they were, with each of their cookies", () => {
    const cookies = fc.array(headerValue, { minLength: 2, maxLength: 4 });
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 999 }), headers, cookies, (status, others, several) => {
        const sent = { ...others, "set-cookie": several };
        const writer = new HeadWriter();
        expect(writer.reply(status, sent)).toBe(true);
        const payload = payloadOf(writer, undefined);
        const reader = new HeadReader(65_536);
        reader.readReply(payload, 0, payload.length);
        expect(reader.status).toBe(status);
        expect(reader.replyHeaders).toEqual(sent);
      }),
    );
  });

  it("join the trace's headers that come twice, as HTTP does: by number or by name", () => {
    const byNumber = (number: number, value: string) => ({ field: [number, 0, value.length], text: value });
    const byName = (name: string, value: string) => ({ field: [0, name.length, 0, value.length], text: name + value });
    const fields = [
      byNumber(4, "00-parent"),
      byName("traceparent", "00-another"),
      byNumber(5, "a=1"),
      byNumber(5, "b=2"),
      byName("baggage", "c=3"),
      byNumber(6, "d=4"),
      byName("x-other", "first"),
      byName("x-other", "last"),
    ];
    const text = `/${fields.map((each) => each.text).join("")}`;
    const packed = fields.flatMap(({ field }) => field);
    const payload = Buffer.concat([
      Buffer.from([0, packed.length, 0, text.length, 1, 0, 1, ...packed]),
      Buffer.from(text),
    ]);
    const reader = new HeadReader(65_536);
    reader.readRequest(payload, 0, payload.length);
    expect(reader.requestHeaders).toEqual({
      traceparent: "00-parent, 00-another",
      tracestate: "a=1, b=2",
      baggage: "c=3, d=4",
      "x-other": "last",
    });
  });

  it("of any bytes are heads of HTTP, or an error of the protocol", () => {
    const some = fc.oneof(
      bytes(200),
      fc
        .record({ method, target, headers, body: bytes(9), at: fc.nat(), by: fc.integer({ min: 1, max: 255 }) })
        .map(({ at, by, ...request }) => {
          const payload = requestHead(request) ?? Buffer.alloc(8);
          payload[at % payload.length] = ((payload[at % payload.length] ?? 0) + by) % 256;
          return payload;
        }),
    );
    fc.assert(
      fc.property(some, (payload) => {
        const reader = new HeadReader(300);
        try {
          reader.readRequest(Buffer.from(payload), 0, payload.length);
        } catch (cause) {
          expect(cause).toBeInstanceOf(MuxError);
          return;
        }
        expect(reader.end).toBeLessThanOrEqual(Math.min(300, payload.length));
        expect(reader.target).toMatch(/^\/[!-~]*$/);
        for (const [name, value] of Object.entries(reader.requestHeaders)) {
          expect(name).toMatch(/^[a-z0-9!#$%&'*+\-.^_`|~]+$/);
          expect(String(value)).not.toMatch(/[\r\n\0]/);
        }
      }),
    );
  });

  it("that are no HTTP, or about one connection, are left to HTTP", () => {
    const request = { method: "GET", target: "/", headers: {}, body: undefined };
    const refused: Partial<HttpRequest>[] = [
      { method: "PURGE" },
      { target: "*" },
      { target: "/a b" },
      { target: `/${"a".repeat(65_535)}` },
      { headers: { "x-a": "a\r\nb" } },
      { headers: { "x-a": "€" } },
      { headers: { "X-A": "a" } },
      { headers: { "x-a": "a".repeat(65_536) } },
      { headers: { connection: "close" } },
      { headers: { expect: "100-continue" } },
      { headers: Object.fromEntries(Array.from({ length: 256 }, (_, index) => [`x-${index}`, ""])) },
    ];
    for (const one of refused) expect(requestHead({ ...request, ...one })).toBeUndefined();
  });

  it("of replies leave out what is about one connection, and refuse what is no header", () => {
    const writer = new HeadWriter();
    expect(writer.reply(200, { connection: "close", "keep-alive": "timeout=5", "x-a": "1" })).toBe(true);
    const payload = payloadOf(writer, undefined);
    const reader = new HeadReader(65_536);
    reader.readReply(payload, 0, payload.length);
    expect(reader.replyHeaders).toEqual({ "x-a": "1" });
    expect(writer.reply(200, { "x-a": "a\nb" })).toBe(false);
    expect(writer.reply(100, {})).toBe(false);
  });

  it("have a small form for what a call carries", () => {
    const payload = requestHead({
      method: "POST",
      target: "/quotes",
      headers: {
        "content-type": "application/json",
        "x-shoal-attempt": "1",
        "x-shoal-realm": "local",
        "x-deadline-ms": "2900",
        "x-shoal-caller": "edge",
        traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03",
      },
      body: undefined,
    });
    expect(payload?.length).toBe(7 + 3 + 3 * 3 + 7 + 4 + 4 + 55);
  });
});

describe("docs/wire.md", () => {
  const page = readFileSync(new URL("../../../../../docs/wire.md", import.meta.url), "utf8");
  const listed = (first: number, items: readonly string[]) =>
    items.map((item, index) => `${first + index} \`${item}\``);
  const flat = page.replaceAll("\n", " ");

  it("has the tables of methods, names and headers", () => {
    expect(flat).toContain(listed(1, METHODS.slice(1)).join(", "));
    expect(flat).toContain(listed(1, NAMES.slice(1)).join(", "));
    expect(flat).toContain(
      listed(
        128,
        PAIRS.map((pair) => pair.join(": ")),
      ).join(", "),
    );
  });

  it("has examples that are frames", () => {
    const head = new HeadWriter();
    const ours = { "content-type": "application/json", "x-deadline-ms": "2900", "x-shoal-attempt": "1", "x-own": "a" };
    head.request({ method: "POST", target: "/quotes", headers: ours, body: undefined });
    const request = written((writer) => writer.head(KIND.request | FLAG_END, 1, head, Buffer.from("{}")));
    expect(bytesOf(page.split("```text\n")[1])).toEqual(request);
    head.reply(200, { "content-type": "application/json" });
    const reply = written((writer) => writer.head(KIND.reply | FLAG_END, 1, head, Buffer.from("{}")));
    expect(bytesOf(page.split("```text\n")[2])).toEqual(reply);
  });
});

/** Of an example: two digits a byte, texts in quotes; a comment stands behind three blanks. */
function bytesOf(example = ""): Buffer {
  const parts = (example.split("```")[0] ?? "")
    .split("\n")
    .flatMap((line) => line.split("   ")[0]?.match(/"[^"]*"|[0-9a-f]{2}/g) ?? []);
  return Buffer.concat(
    parts.map((part) => (part.startsWith('"') ? Buffer.from(part.slice(1, -1)) : Buffer.from(part, "hex"))),
  );
}

describe("a HELLO", () => {
  it("says what its sender takes in", () => {
    const told = { ...MUX_DEFAULTS, callsMax: 7, frameBytesMax: 1_024 };
    expect(readHello(writeHello(told))).toMatchObject({ callsMax: 7, frameBytesMax: 1_024, callWindowBytes: 262_144 });
  });

  it("may say less, and what nobody knows where it says that it may be passed over", () => {
    expect(readHello(Buffer.from([1]))).toMatchObject({ callsMax: 1_024 });
    expect(readHello(Buffer.from([1, 0xff, 0, 0, 0, 1]))).toMatchObject({ callsMax: 1_024 });
    expect(() => readHello(Buffer.from([1, 0x7f, 0, 0, 0, 1]))).toThrow("setting 127");
  });

  it.each([
    [[], "version none"],
    [[2], "version 2"],
    [[1, 1, 0, 0, 0], "length"],
    [[1, 1, 0, 0, 0, 0], "frameBytesMax 0"],
    [[1, 5, 255, 255, 255, 255], "callWindowBytes"],
    [[1, ...Array.from({ length: 33 * 5 }, () => 0xff)], "length"],
  ])("%j is refused", (payload, why) => {
    expect(() => readHello(Buffer.from(payload))).toThrow(why);
  });
});
