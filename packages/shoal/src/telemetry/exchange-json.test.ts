import fc from "fast-check";
import { expect, it } from "vitest";
import { exchangeJson } from "./exchange-json.ts";
import type { Exchange } from "./records.ts";

const text = fc.string({ unit: fc.constantFrom("a", '"', "\\", "\n", "\u0000", "ü", "\ud800", "😀") });
/** Ms whose fractions three digits say whole. */
const number = fc.integer({ min: 0, max: 2 ** 43 }).map((eighths) => eighths / 8);
const body = fc.record({
  bytes: fc.nat(),
  truncated: fc.boolean(),
  encoding: fc.constantFrom("utf8" as const, "base64" as const),
  text,
});
const message = fc.record({ headers: fc.array(fc.tuple(text, text), { maxLength: 3 }), body });
const attempt = fc.record({ instance: text, afterMs: number, durationMs: number, status: fc.nat(599), error: text });
const exchange: fc.Arbitrary<Exchange> = fc.record({
  id: fc.constant("1".repeat(32)),
  side: fc.constantFrom("client" as const, "server" as const),
  traceId: fc.constant("2".repeat(32)),
  spanId: fc.constant("3".repeat(16)),
  peer: text,
  external: fc.boolean(),
  operation: text,
  method: text,
  url: text,
  status: fc.nat(599),
  startMs: number,
  durationMs: number,
  error: text,
  attempts: fc.array(attempt, { maxLength: 2 }),
  request: message,
  reply: fc.option(message),
});

it("writes the JSON that JSON.stringify would", () => {
  fc.assert(
    fc.property(exchange, (one) => {
      expect(JSON.parse(exchangeJson(one))).toEqual(JSON.parse(JSON.stringify(one)));
    }),
  );
});
