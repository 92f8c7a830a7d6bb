import type { ExchangeDetail, ExchangeSummary } from "../control/api/schemas/exchanges.ts";

/** An exchange of a healthy call from edge to quotes; say what differs. */
export function sampleExchange(change: Partial<ExchangeDetail> = {}): ExchangeDetail {
  const json = ["content-type", "application/json"] as [string, string];
  const body = (text: string) => ({ bytes: text.length, truncated: false, encoding: "utf8" as const, text });
  return {
    id: "0f3a91c2d4e5b6a798870f3a91c2d4e5",
    side: "client",
    service: "edge",
    instance: "edge-1",
    peer: "quotes",
    external: false,
    operation: "createQuote",
    method: "POST",
    url: "http://quotes.service/quotes",
    status: 200,
    startMs: Date.UTC(2026, 0, 1),
    durationMs: 12.3,
    error: "",
    attempts: [{ instance: "quotes-1", afterMs: 0, durationMs: 12.1, status: 200, error: "" }],
    requestBytes: 15,
    replyBytes: 10,
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId: "b7ad6b7169203331",
    run: "run-1",
    request: { headers: [json, ["authorization", "[redacted]"]], body: body('{"from":"EUR"}') },
    reply: { headers: [json], body: body('{"id":"1"}') },
    ...change,
  };
}

/** The same without headers and bodies, as lists have it. */
export function sampleExchangeSummary(change: Partial<ExchangeDetail> = {}): ExchangeSummary {
  const { request: _request, reply: _reply, attempts, ...rest } = sampleExchange(change);
  return { ...rest, attempts: attempts.length };
}
