import { describe, expect, it } from "vitest";
import type { Exchange } from "../../telemetry/records.ts";
import { decodeIntake } from "./decode-intake.ts";

const nowMs = Date.UTC(2026, 5, 1);
const decode = (document: unknown) =>
  decodeIntake(
    {
      kind: "exchanges",
      contentType: "application/json",
      contentEncoding: "",
      bytes: Buffer.from(JSON.stringify(document)),
    },
    nowMs,
  );

const body = { bytes: 2, truncated: false, encoding: "utf8", text: "{}" } as const;
const exchange: Exchange = {
  id: "0123456789abcdef0123456789abcdef",
  side: "client",
  traceId: "0af7651916cd43dd8448eb211c80319c",
  spanId: "b7ad6b7169203331",
  peer: "quotes",
  external: false,
  operation: "getQuote",
  method: "GET",
  url: "http://quotes.service/quotes/42",
  status: 200,
  startMs: 1_780_000_000_000.5,
  durationMs: 3.25,
  error: "",
  attempts: [{ instance: "quotes-1", afterMs: 0, durationMs: 3, status: 200, error: "" }],
  request: { headers: [["accept", "*/*"]], body },
  reply: {
    headers: [
      ["vary", "a"],
      ["vary", "b"],
    ],
    body,
  },
};
const resource = { "service.name": "shop", "service.instance.id": "shop-1", "shoal.zone": "a" };

describe("exchanges", () => {
  it("are read whole, with who recorded them and what was dropped", () => {
    const decoded = decode({ resource, dropped: { spans: 1, logs: 2, exchanges: 3 }, exchanges: [exchange] });
    expect(decoded.exchanges).toEqual([{ service: "shop", instance: "shop-1", resource, ...exchange }]);
    expect(decoded).toMatchObject({ dropped: { spans: 1, logs: 2, exchanges: 3 }, rejected: 0 });
  });

  it("may be none: then only what was dropped is told", () => {
    expect(decode({ dropped: { spans: 4 } })).toMatchObject({
      exchanges: [],
      dropped: { spans: 4, logs: 0, exchanges: 0 },
    });
  });

  it.each([
    ["its id", { id: "12" }],
    ["its side", { side: "both" }],
    ["its start", { startMs: "now" }],
    ["its start, in the future", { startMs: nowMs + 25 * 3_600_000 }],
  ])("are rejected one by one for %s", (_, fields) => {
    const decoded = decode({ resource, exchanges: [{ ...exchange, ...fields }, exchange] });
    expect(decoded).toMatchObject({ rejected: 1, exchanges: [{ id: exchange.id }] });
    expect(decoded.reason).not.toBe("");
  });

  it("are kept within bounds where they are wrong or too long", () => {
    const wild = {
      ...exchange,
      traceId: "nothing",
      status: 99_999,
      durationMs: -1,
      method: "get",
      url: "x".repeat(100_000),
      attempts: Array.from({ length: 50 }, () => ({ status: "200" })),
      request: { headers: [["A", "b", "c"], ["only"], 7, [1, 2]], body: { text: "y".repeat(200_000) } },
      reply: "none",
    };
    const [read] = decode({ exchanges: [wild] }).exchanges;
    expect(read).toMatchObject({ service: "unknown_service", traceId: "", status: 0, durationMs: 0, method: "GET" });
    expect(read?.url).toHaveLength(8_192);
    expect(read?.attempts).toHaveLength(20);
    expect(read?.request).toMatchObject({ headers: [["a", "b"]], body: { truncated: true, encoding: "utf8" } });
    expect(read?.request.body.text).toHaveLength(96 * 1_024);
    expect(read?.reply).toBeNull();
  });

  it("leave their secrets here, whoever recorded them", () => {
    const secret = "Zq7planted9xV";
    const json = JSON.stringify({ user: "ada", password: secret, note: { token: secret } });
    const message = (contentType: string, text: string, encoding = "utf8") => ({
      headers: [
        ["Authorization", `Token ${secret}`],
        ["cookie", `a=${secret}; b=${secret}`],
        ["referer", `http://shop/?access_token=${secret}`],
        ["content-type", contentType],
      ],
      body: { bytes: text.length, truncated: false, encoding, text },
    });
    const decoded = decode({
      resource: { ...resource, "process.command_line": `node shop.js --api-key ${secret}` },
      exchanges: [
        {
          ...exchange,
          url: `http://ada:${secret}@quotes.service/quotes?token=${secret}`,
          operation: `GET /quotes?token=${secret}`,
          error: `password=${secret} was refused`,
          attempts: [{ ...exchange.attempts[0], error: `token=${secret}` }],
          request: message("application/json", json),
          reply: message("application/x-www-form-urlencoded", `user%5Bpassword%5D=${secret}&user=ada`),
        },
        {
          ...exchange,
          request: message("multipart/form-data; boundary=x", `name="password"\r\n\r\n${secret}`),
          reply: message("application/octet-stream", Buffer.from(`password=${secret}`).toString("base64"), "base64"),
        },
      ],
    });
    expect(decoded.exchanges).toHaveLength(2);
    const kept = JSON.stringify(decoded);
    expect(kept).not.toContain(secret);
    expect(kept).not.toContain(Buffer.from(secret).toString("base64").slice(4, 12));
    expect(kept).toContain("ada");
  });

  it("stay as they are when they were redacted where they were recorded", () => {
    const headers = [
      ["authorization", "[redacted]"],
      ["content-type", "application/json; charset=iso-8859-1"],
    ];
    const text = '{"password":"[redacted]", "name": "Zoë"}';
    const message = { headers, body: { bytes: 99, truncated: true, encoding: "utf8", text } };
    const redacted = { ...exchange, url: "http://quotes.service/?token=[redacted]", request: message, reply: message };
    expect(decode({ resource, exchanges: [redacted] }).exchanges[0]).toMatchObject(redacted);
  });
});
