import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { sampleExchange } from "../testing/sample-exchange.ts";
import { toHar } from "./har.ts";
import { fromHar } from "./har-import.ts";
import type { Exchange } from "./records.ts";

const pair = z.object({ name: z.string(), value: z.string() });
const message = {
  httpVersion: z.string(),
  cookies: z.array(pair),
  headers: z.array(pair),
  headersSize: z.number().int(),
  bodySize: z.number().int(),
};
const atLeastZero = z.number().min(0);
/** The rules of HAR 1.2 (the published JSON schema), without what may be left out and we do leave out. */
const HAR = z.object({
  log: z.object({
    version: z.literal("1.2"),
    creator: z.object({ name: z.string(), version: z.string() }),
    entries: z.array(
      z.object({
        startedDateTime: z.iso.datetime({ precision: 3 }),
        time: atLeastZero,
        request: z.object({
          method: z.string(),
          url: z.url(),
          queryString: z.array(pair),
          postData: z.object({ mimeType: z.string(), text: z.string() }).optional(),
          ...message,
        }),
        response: z.object({
          status: z.number().int(),
          statusText: z.string(),
          redirectURL: z.string(),
          content: z.object({
            size: z.number().int(),
            mimeType: z.string(),
            text: z.string().optional(),
            encoding: z.string().optional(),
          }),
          ...message,
        }),
        cache: z.object({}),
        timings: z.object({ send: atLeastZero, wait: atLeastZero, receive: atLeastZero }),
      }),
    ),
  }),
});

const newId = () => "0".repeat(32);
const exchange = (change: Partial<Exchange> = {}): Exchange => {
  const { service: _s, instance: _i, requestBytes: _q, replyBytes: _r, run: _n, ...sample } = sampleExchange();
  return { ...sample, id: newId(), ...change };
};
const binary = { bytes: 3, truncated: false, encoding: "base64", text: "AP+A" } as const;

describe("toHar", () => {
  it("makes what the specification asks for, oldest first", () => {
    const har = toHar(
      [
        exchange({ startMs: 2_000 }),
        exchange({ startMs: 1_000, reply: null, status: 0, error: "CONNECTION_REFUSED: no" }),
        exchange({ startMs: Number.NaN, url: "http://a.service/?a=1&b=%20", request: { headers: [], body: binary } }),
      ],
      "1.0.0",
    );
    expect(HAR.parse(har).log.entries.map(({ response }) => response.status)).toEqual([0, 200, 200].toSorted());
    expect(JSON.parse(JSON.stringify(har))).toEqual(har);
  });

  it("is read back as it was", () => {
    const given = [
      exchange(),
      exchange({ side: "server", peer: "", reply: { headers: [["set-cookie", "[redacted]"]], body: binary } }),
      exchange({ status: 0, reply: null, error: "ATTEMPT_TIMEOUT: late", external: true, peer: "api.example.org" }),
    ];
    const back = fromHar(JSON.parse(JSON.stringify(toHar(given, "1"))), { newId });
    expect(back).toEqual({ exchanges: given, skipped: 0 });
  });
});

describe("fromHar", () => {
  const entry = (change: object) => ({
    log: { entries: [{ startedDateTime: "2026-01-01T10:00:00+01:00", ...change }] },
  });
  const only = (change: object) => fromHar(entry(change), { newId })?.exchanges[0];

  it("reads what Chrome writes", () => {
    const read = only({
      _initiator: { type: "script" },
      time: 12.5,
      request: {
        method: "post",
        url: "https://u:p@api.example.org/a?token=S3CRET",
        httpVersion: "http/2.0",
        headers: [
          { name: ":authority", value: "api.example.org" },
          { name: "Cookie", value: "sid=S3CRET" },
          { name: "Content-Type", value: "application/json" },
        ],
        postData: { mimeType: "application/json", text: '{"password":"S3CRET"}' },
      },
      response: {
        status: 200,
        headers: [
          { name: "content-encoding", value: "br" },
          { name: "content-type", value: "application/json" },
        ],
        content: { size: 9, mimeType: "application/json", text: "eyJhIjoxfQ==", encoding: "base64" },
        _transferSize: 100,
      },
    });
    expect(JSON.stringify(read)).not.toContain("S3CRET");
    expect(read).toMatchObject({
      side: "client",
      external: true,
      peer: "api.example.org",
      method: "POST",
      url: "https://api.example.org/a?token=[redacted]",
      startMs: Date.UTC(2026, 0, 1, 9),
      durationMs: 12.5,
      request: {
        headers: [
          ["cookie", "[redacted]"],
          ["content-type", "application/json"],
        ],
      },
      reply: { body: { text: '{"a":1}', encoding: "utf8" } },
    });
  });

  it("reads what Firefox writes of a form, and of a request that failed", () => {
    const params = [
      { name: "user", value: "ada" },
      { name: "pwd", value: "S3CRET" },
    ];
    const headers = [{ name: "Content-Type", value: "application/x-www-form-urlencoded" }];
    const read = only({
      time: -1,
      request: {
        method: "POST",
        url: "http://localhost:8080/",
        headers,
        postData: { mimeType: "x", params, text: "" },
      },
      response: { status: 0, statusText: "", headers: [], content: {} },
    });
    expect(read).toMatchObject({ status: 0, reply: null, durationMs: 0, error: "no reply was recorded" });
    expect(read?.request.body.text).toBe("user=ada&pwd=[redacted]");
  });

  it("skips what is no HTTP and what is over the bound, and refuses what is no archive", () => {
    const request = { method: "GET", url: "http://a.b/" };
    const good = { startedDateTime: "2026-01-01T10:00:00Z", request };
    const entries = [good, 7, null, { ...good, request: { ...request, url: "data:,x" } }, { request }, good];
    expect(fromHar({ log: { entries } }, { newId })).toMatchObject({ exchanges: [{}, {}], skipped: 4 });
    expect(fromHar({ log: { entries } }, { newId, entriesMax: 1 })).toMatchObject({ exchanges: [{}], skipped: 5 });
    for (const wrong of [null, 1, "x", [], {}, { log: 1 }, { log: { entries: {} } }]) {
      expect(fromHar(wrong, { newId })).toBeUndefined();
    }
  });

  it("never throws, whatever it is given", () => {
    const shape = fc.record({
      startedDateTime: fc.constantFrom("2026-01-01T10:00:00Z", 1, null),
      time: fc.anything(),
      request: fc.record({
        method: fc.constantFrom("GET", 1),
        url: fc.constantFrom("http://a.b/", "x"),
        headers: fc.anything(),
        postData: fc.anything(),
      }),
      response: fc.record({
        status: fc.constantFrom(200, "x", -1),
        headers: fc.array(fc.anything()),
        content: fc.anything(),
      }),
      _shoal: fc.anything(),
    });
    fc.assert(
      fc.property(fc.array(shape), (entries) => {
        const read = fromHar({ log: { entries } }, { newId });
        expect((read?.exchanges.length ?? 0) + (read?.skipped ?? 0)).toBe(entries.length);
      }),
    );
  });
});
