import type { ExchangeDetail, ExchangeSummary, SpanView } from "../../src/api/types.ts";
import type { SyntheticOperation } from "./names.ts";
import type { Random } from "./random.ts";

interface ExchangeGiven {
  readonly span: SpanView;
  readonly operation: SyntheticOperation;
  /** Path on the server's side, URL on the client's. */
  readonly path: string;
  readonly peer: string;
  readonly side: "client" | "server";
  readonly external: boolean;
  readonly run: string;
}

export function makeExchange(random: Random, given: ExchangeGiven): ExchangeDetail {
  const { span, operation, path, peer, side, external, run } = given;
  const failed = span.status === "error";
  const status = failed ? random.pick([500, 502, 503, 0]) : random.pick([200, 200, 200, 200, 201, 204, 304, 404, 422]);
  const request = bodyOf(operation.method === "POST" || operation.method === "PUT" ? requestText(random) : "");
  const reply = bodyOf(status === 204 || status === 304 || status === 0 ? "" : replyText(random, failed));
  const headers: [string, string][] = [
    ["host", "127.0.0.1:23456"],
    ["content-type", "application/json"],
    ["authorization", "[redacted]"],
    ["traceparent", `00-${span.traceId}-${span.spanId}-01`],
    ["x-odd", "<i>markup</i> & ünïcode"],
  ];
  return {
    id: random.hex(24),
    side,
    service: span.service,
    instance: span.instance,
    peer,
    external,
    operation: external ? "" : operation.operation,
    method: operation.method,
    url: path,
    status,
    startMs: span.startMs,
    durationMs: span.durationMs,
    error: status === 0 ? "UPSTREAM_TIMEOUT" : "",
    attempts: attemptsOf(span, status, failed && side === "client"),
    requestBytes: request.bytes,
    replyBytes: reply.bytes,
    traceId: span.traceId,
    spanId: span.spanId,
    run,
    request: { headers, body: request },
    reply:
      status === 0
        ? null
        : {
            headers: [
              ["content-type", contentTypeOf(reply.text)],
              ["set-cookie", "[redacted]"],
            ],
            body: reply,
          },
  };
}

function attemptsOf({ instance, durationMs }: SpanView, status: number, retried: boolean): ExchangeDetail["attempts"] {
  const last = {
    instance,
    afterMs: retried ? durationMs / 2 : 0,
    durationMs: retried ? durationMs / 2 : durationMs,
    status,
    error: "",
  };
  return retried ? [{ ...last, afterMs: 0, durationMs: durationMs / 3, status: 0, error: "ECONNRESET" }, last] : [last];
}

function requestText(random: Random): string {
  return JSON.stringify({
    user: random.integer(1, 9_999),
    items: [{ sku: "A-1", count: 2 }],
    note: "<script>alert(1)</script>",
  });
}

function replyText(random: Random, failed: boolean): string {
  if (failed)
    return JSON.stringify({
      type: "about:blank",
      title: "Service Unavailable",
      status: 503,
      detail: "queue is full",
      code: "OVERLOADED",
    });
  if (random.chance(0.01))
    return JSON.stringify({
      rows: Array.from({ length: 1_500 }, (_, id) => ({ id, name: `row ${id}`, value: id * 1.5 })),
    });
  if (random.chance(0.03)) return "<!doctype html><html><body onload=alert(1)><h1>It works</h1></body></html>";
  return JSON.stringify({
    id: random.integer(1, 99_999),
    state: "open",
    total: { amount: "12.50", currency: "EUR" },
    tags: ["a", "ß", "日本"],
    nested: { deep: [1, 2, { ok: true }] },
  });
}

function contentTypeOf(text: string): string {
  return text.startsWith("<") ? "text/html; charset=utf-8" : "application/json";
}

const BODY_BYTES_MAX = 65_536;

function bodyOf(text: string): ExchangeDetail["request"]["body"] {
  const bytes = Buffer.byteLength(text);
  return { bytes, truncated: bytes > BODY_BYTES_MAX, encoding: "utf8", text: text.slice(0, BODY_BYTES_MAX) };
}

export function summaryOf({ request: _request, reply: _reply, attempts, ...rest }: ExchangeDetail): ExchangeSummary {
  return { ...rest, attempts: attempts.length };
}
