import { expect, it } from "vitest";
import { NO_BODY, wholeBody } from "./capture-body.ts";
import { isKept, makeExchange, type RawExchange, rememberSensitive } from "./exchange.ts";
import { sensitiveParts } from "./redact-sensitive.ts";

const raw = (traceId: string, change: Partial<RawExchange> = {}): RawExchange => ({
  side: "client",
  trace: { traceId, spanId: "b7ad6b7169203331" },
  peer: "vault",
  external: false,
  operation: "pay",
  method: "POST",
  origin: "http://vault.service",
  target: "/pay",
  status: 200,
  startMs: 0,
  durationMs: 1,
  error: "",
  attempts: [],
  request: { headers: {}, body: NO_BODY },
  reply: { headers: { "content-type": "application/json" }, body: wholeBody(Buffer.from('{"receipt":"R-4711"}')) },
  sensitive: undefined,
  ...change,
});

it("hides what one exchange of a trace calls sensitive in the others of this process, and in no other trace", () => {
  rememberSensitive(raw("1".repeat(32), { sensitive: sensitiveParts("/pay", ["returns.receipt"]) }));
  const handedOn = (traceId: string) => makeExchange(raw(traceId), "id").reply?.body.text;
  expect(handedOn("1".repeat(32))).toBe('{"receipt":"[redacted]"}');
  expect(handedOn("2".repeat(32))).toBe('{"receipt":"R-4711"}');
});

it("forgets the oldest of what it remembers", () => {
  const sensitive = sensitiveParts("/pay", ["returns.receipt"]);
  rememberSensitive(raw("3".repeat(32), { sensitive }));
  for (let other = 0; other < 200; other += 1) rememberSensitive(raw("4".repeat(32), { sensitive }));
  expect(makeExchange(raw("3".repeat(32)), "id").reply?.body.text).toContain("R-4711");
});

it("hides secrets of its URL and its error, and counts no more attempts than twenty", () => {
  const attempts = Array.from({ length: 30 }, () => ({
    instance: "a",
    afterMs: 0,
    durationMs: 1,
    status: 0,
    error: "",
  }));
  const change = { target: "/a?token=S3CRET", error: "LOST: password=S3CRET", attempts, reply: null };
  const made = makeExchange(raw("5".repeat(32), change), "id");
  expect(JSON.stringify(made)).not.toContain("S3CRET");
  expect(made.attempts).toHaveLength(20);
});

it("keeps what is sampled, failed, without a reply, broken off or slow", () => {
  const kept = (flags: number, change: object = {}) =>
    isKept({ slowMs: 100 }, { flags }, { status: 200, error: "", durationMs: 1, ...change });
  const cases = [
    kept(1),
    kept(0, { status: 500 }),
    kept(0, { status: 0 }),
    kept(0, { error: "x" }),
    kept(0, { durationMs: 100 }),
  ];
  expect(cases).toEqual(Array(5).fill(true));
  expect([kept(0), kept(2, { status: 499, durationMs: 99 })]).toEqual([false, false]);
});
