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
      ["set-cookie", "a"],
      ["set-cookie", "b"],
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
});
