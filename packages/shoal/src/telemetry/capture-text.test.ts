import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BodyTap, tapStream, unreadBody, wholeBody } from "./capture-body.ts";
import { bodyBytesMaxIn } from "./capture-settings.ts";
import { type CaptureTextParts, captureText } from "./capture-text.ts";
import { redactRules } from "./redact-rules.ts";
import { sensitiveParts } from "./redact-sensitive.ts";

const SECRET = "S3cr3tValue";
const settings = { bodyBytesMax: 1_000, rules: redactRules() };
const capture = (body: Uint8Array | string, given: Partial<CaptureTextParts> = {}) =>
  captureText(wholeBody(typeof body === "string" ? Buffer.from(body) : body), {
    settings,
    contentType: "application/json",
    contentEncoding: "",
    sensitive: undefined,
    onSensitive: () => {},
    ...given,
  });
const json = JSON.stringify({ id: 1, password: SECRET });

describe("captureText", () => {
  it("shows text redacted, with the length that it had", () => {
    expect(capture(json)).toEqual({
      bytes: json.length,
      truncated: false,
      encoding: "utf8",
      text: '{"id":1,"password":"[redacted]"}',
    });
    expect(capture(`a=1&password=${SECRET}`, { contentType: "application/x-www-form-urlencoded" }).text).toBe(
      "a=1&password=[redacted]",
    );
    expect(capture(`password: ${SECRET}`, { contentType: "text/plain" }).text).toBe("password: [redacted]");
  });

  it("takes what says nothing of itself for text when it is", () => {
    expect(capture("grüße", { contentType: "" }).text).toBe("grüße");
    expect(capture(json, { contentType: "application/octet-stream" }).text).not.toContain(SECRET);
    expect(capture(Buffer.from("gr\xfc\xdfe", "latin1"), { contentType: "text/plain; charset=latin1" }).text).toBe(
      "grüße",
    );
  });

  it("shows bytes as base64, unless a secret could be read in them", () => {
    const bytes = Buffer.from([0, 255, 128, 7]);
    expect(capture(bytes, { contentType: "image/png" })).toMatchObject({ encoding: "base64", text: "AP+ABw==" });
    const hiding = Buffer.concat([bytes, Buffer.from(`password=${SECRET}`)]);
    expect(capture(hiding, { contentType: "application/octet-stream" })).toMatchObject({ text: "", truncated: true });
  });

  it.each([
    ["gzip", gzipSync],
    ["deflate", deflateSync],
    ["deflate", deflateRawSync],
    ["br", brotliCompressSync],
    ["zstd", zstdCompressSync],
  ])("decodes %s, also when it is cut", (contentEncoding, compress) => {
    const long = JSON.stringify({
      password: SECRET,
      list: Array.from({ length: 200 }, (_, at) => `item ${at * 7919}`),
    });
    const whole = compress(Buffer.from(long));
    expect(capture(compress(Buffer.from(json)), { contentEncoding }).text).toBe('{"id":1,"password":"[redacted]"}');
    for (const length of [whole.length - 1, Math.floor(whole.length / 2), 20, 1]) {
      const cut = captureText(
        { chunks: [whole.subarray(0, length)], bytes: whole.length, ended: false },
        { settings, contentType: "application/json", contentEncoding, sensitive: undefined, onSensitive: () => {} },
      );
      expect(cut.truncated).toBe(true);
      expect(Buffer.from(cut.text).includes(SECRET)).toBe(false);
      expect(cut.encoding).toBe("utf8");
    }
  });

  it("shows nothing of a bomb, of an encoding it does not know, and of multipart forms", () => {
    const bomb = gzipSync(Buffer.alloc(2_000_000));
    const roomy = { ...settings, bodyBytesMax: 65_536 };
    expect(capture(bomb, { contentEncoding: "gzip", settings: roomy })).toMatchObject({ text: "", truncated: true });
    expect(capture(json, { contentEncoding: "rot13" })).toMatchObject({ text: "", bytes: json.length });
    expect(capture(json, { contentEncoding: "gzip" }).text).toBe("");
    expect(capture(json, { contentType: "multipart/form-data; boundary=x" }).text).toBe("");
  });

  it("cuts at the bound, between characters, and is not asked to capture with a bound of 0", () => {
    const long = `"${"é".repeat(600)}"`;
    const { text, truncated, bytes } = capture(long);
    expect([text, truncated, bytes]).toEqual([long.slice(0, 500), true, 1_202]);
    expect(capture("x".repeat(1_000)).truncated).toBe(false);
    expect(capture("x".repeat(1_001)).truncated).toBe(true);
    expect(capture(json, { settings: { ...settings, bodyBytesMax: 0 } })).toMatchObject({ text: "", truncated: true });
  });

  it("shows each item of a stream of events with its secrets replaced, and hides what is cut or unknown", () => {
    const { returns } = sensitiveParts("/", ["returns.pin"]);
    const events = { contentType: "text/event-stream", sensitive: returns };
    const found: string[] = [];
    const body = `data: {"n":1,"pin":"${SECRET}"}\n\n:\n\nevent: end\ndata: {"items":1}\n\n`;
    expect(capture(body, { ...events, onSensitive: (value) => void found.push(value) }).text).toBe(
      'data: {"n":1,"pin":"[redacted]"}\n\n:\n\nevent: end\ndata: {"items":1}\n\n',
    );
    expect(found).toEqual([SECRET]);
    for (const line of [`data: {"pin":"${SECRET}`, `\ufeffdata: "${SECRET}"`, `event: ${SECRET} x`, `:${SECRET}`])
      expect(capture(`${line}\r\n`, events).text).not.toContain(SECRET);
    expect(
      capture(`data: ${json}\r\rdata: password=${SECRET}\n`, { ...events, sensitive: undefined }).text,
    ).not.toContain(SECRET);
  });

  it("hides what a contract calls sensitive, wherever lists stand, and a body that cannot be read as it says", () => {
    const { body } = sensitiveParts("/", ["body.cards.number", "body.pin"]);
    const sensitive = { sensitive: body };
    const found: string[] = [];
    const card = `{"cards":[{"number":"${SECRET}","name":"Ada"},{"number":4111}],"pin":[1],"number":2}`;
    expect(capture(card, { ...sensitive, onSensitive: (value) => void found.push(value) }).text).toBe(
      '{"cards":[{"number":"[redacted]","name":"Ada"},{"number":"[redacted]"}],"pin":"[redacted]","number":2}',
    );
    expect(found).toEqual([SECRET, "4111"]);
    expect(capture(`{"cards":{"0":{"number":"${SECRET}"}}}`, sensitive).text).not.toContain(SECRET);
    expect(capture(`{"cards":[{number:"${SECRET}"}]}`, sensitive).text).not.toContain(SECRET);
    expect(capture(`number=${SECRET}`, { ...sensitive, contentType: "text/plain" }).text).not.toContain(SECRET);
    for (let end = 0; end < card.length; end += 1) {
      expect(capture(card.slice(0, end), sensitive).text).not.toContain(SECRET.slice(0, 5));
    }
  });

  it("never throws, and never shows more than it may", () => {
    const type = fc.constantFrom("", "application/json", "text/plain; charset=utf-16le", "text/x; charset=none", "x/y");
    const encoding = fc.constantFrom("", "gzip", "br", "zstd", "deflate");
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), type, encoding, (bytes, contentType, contentEncoding) => {
        const captured = capture(bytes, { contentType, contentEncoding });
        expect(captured.bytes).toBe(bytes.length);
        expect(captured.text.length).toBeLessThan(20_000);
      }),
    );
  });
});

describe("BodyTap", () => {
  const chunks = ["ab", "cd", "ef"].map((text) => Buffer.from(text));
  async function* stream() {
    yield* chunks;
  }

  it("keeps no more than its bound, and counts all of it", () => {
    const tap = new BodyTap(3);
    for (const chunk of chunks) tap.add(chunk);
    expect(tap.chunks).toEqual(chunks.slice(0, 2));
    expect(tap.bytes).toBe(6);
  });

  it("lets a stream pass as it is, and reads nothing that is not asked for", async () => {
    const tap = new BodyTap();
    const ends: unknown[] = [];
    const seen: Uint8Array[] = [];
    for await (const chunk of tapStream(stream(), tap, (cause) => void ends.push(cause))) {
      seen.push(chunk);
      expect(tap.chunks).toHaveLength(seen.length);
    }
    expect(seen).toEqual(chunks);
    expect([tap.ended, ends]).toEqual([true, [undefined]]);
  });

  it("tells once of a stream that breaks off or is left", async () => {
    const broken = new Error("lost");
    const ends: unknown[] = [];
    const failing = { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(broken) }) };
    const tapped = tapStream(failing, new BodyTap(), (cause) => void ends.push(cause))[Symbol.asyncIterator]();
    await expect(tapped.next()).rejects.toBe(broken);
    await tapped.return?.();
    const left = new BodyTap();
    for await (const _ of tapStream(stream(), left, (cause) => void ends.push(cause))) break;
    expect([left.ended, left.bytes, ends]).toEqual([false, 2, [broken, undefined]]);
  });

  it("knows the length that a sender said, if it said one", () => {
    expect([unreadBody("12"), unreadBody(undefined), unreadBody("x")].map(({ bytes }) => bytes)).toEqual([12, 0, 0]);
  });
});

it("takes the bound from SHOAL_CAPTURE_BYTES, and the default for what is no bound", () => {
  const said = ["0", "100", "1048576", "1048577", "-1", "x", "", undefined];
  expect(said.map((bytes) => bodyBytesMaxIn({ SHOAL_CAPTURE_BYTES: bytes }))).toEqual([
    0, 100, 1_048_576, 65_536, 65_536, 65_536, 65_536, 65_536,
  ]);
});
