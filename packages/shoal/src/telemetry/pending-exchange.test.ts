import fc from "fast-check";
import { expect, it } from "vitest";
import { seededRandom } from "../testing/seeded-random.ts";
import { NO_BODY, wholeBody } from "./capture-body.ts";
import { makeExchange, type RawExchange, rememberSensitive } from "./exchange.ts";
import { exchangeText, pendingExchange } from "./pending-exchange.ts";
import { redactRules } from "./redact-rules.ts";
import { sensitiveParts } from "./redact-sensitive.ts";

const rules = redactRules(["x-partner"]);
const settings = { bodyBytesMax: 200, rules };

const secret = fc.constantFrom("S3cr3tValue", "password=S3cr3tValue", "Bearer S3cr3tValue1", '{"token":"S3cr3tValue"}');
const text = fc.oneof(secret, fc.string({ unit: fc.constantFrom("a", "b", '"', "\\", "\n", "ü", "\ud800", "/", "?") }));
const name = fc.constantFrom("Content-Type", "content-type", "authorization", "x-partner", "x-note", "set-cookie");
const value = fc.oneof(text, fc.constantFrom("application/json", "text/plain", "", "x".repeat(9_000)));
const headers = fc.oneof(
  fc.dictionary(name, fc.oneof(value, fc.array(value, { maxLength: 3 }))),
  fc.array(fc.tuple(name, value), { maxLength: 4 }).map((pairs) => pairs.flat()),
  fc.array(fc.tuple(name, value), { maxLength: 4 }).map((pairs) => pairs.map((pair) => pair.join(": ")).join("\r\n")),
);
const body = fc.oneof(
  fc.constant(NO_BODY),
  text.map((one) => wholeBody(Buffer.from(one))),
  fc.jsonValue().map((one) => wholeBody(Buffer.from(JSON.stringify({ one, password: "S3cr3tValue" })))),
);
const message = fc.record({ headers, body });
const attempt = { instance: "a", afterMs: 0, durationMs: 1, status: 0, error: "" };
const exchange: fc.Arbitrary<RawExchange> = fc.record({
  side: fc.constantFrom("client" as const, "server" as const),
  trace: fc.record({
    traceId: fc.constantFrom("1".repeat(32), "2".repeat(32)),
    spanId: fc.constant("b7ad6b7169203331"),
  }),
  peer: text,
  external: fc.boolean(),
  operation: text,
  method: fc.constantFrom("GET", "POST"),
  origin: fc.constantFrom("http://vault.service", "http://ada:S3cr3tValue@vault"),
  target: fc.oneof(fc.constant("/a?token=S3cr3tValue"), text),
  status: fc.nat(599),
  startMs: fc.nat(2 ** 30).map((eighths) => 1_767_225_600_000 + eighths / 8),
  durationMs: fc.nat(2 ** 20).map((eighths) => eighths / 8),
  error: text,
  attempts: fc.constantFrom(
    [],
    Array.from({ length: 30 }, () => attempt),
  ),
  request: message,
  reply: fc.option(message),
  sensitive: fc.constantFrom(undefined, sensitiveParts("/a/:id", ["body.one", "returns.one", "headers.x-note"])),
});

it("writes the JSON of the exchange that would be made", () => {
  rememberSensitive({
    side: "client",
    trace: { traceId: "2".repeat(32), spanId: "b7ad6b7169203331" },
    peer: "vault",
    external: false,
    operation: "pay",
    method: "GET",
    origin: "http://vault.service",
    target: "/a",
    status: 200,
    startMs: 0,
    durationMs: 1,
    error: "",
    attempts: [],
    request: { headers: {}, body: NO_BODY },
    reply: { headers: { "content-type": "application/json" }, body: wholeBody(Buffer.from('{"one":"aaaa"}')) },
    sensitive: sensitiveParts("/a", ["returns.one"]),
  });
  fc.assert(
    fc.property(exchange, (raw) => {
      const made = makeExchange(raw, "7".repeat(32), settings);
      expect(JSON.parse(exchangeText(raw, "7".repeat(32), settings))).toEqual(JSON.parse(JSON.stringify(made)));
    }),
    { numRuns: 2_000 },
  );
});

it("gives each its own id, and tells what it holds in memory", () => {
  const reply = { headers: {}, body: wholeBody(Buffer.from("0123456789ABCDEF")) };
  const raw = fc.sample(exchange, { numRuns: 1, seed: 1 })[0] as RawExchange;
  const random = seededRandom(1);
  const given = { bodyBytesMax: 10, rules };
  const pending = pendingExchange({ ...raw, request: { headers: {}, body: NO_BODY }, reply }, random, given);
  const other = pendingExchange(raw, random, given);
  expect(pending.bytes).toBe(10);
  expect(pending.make().id).toMatch(/^[0-9a-f]{32}$/);
  expect(JSON.parse(pending.json()).id).toBe(pending.make().id);
  expect(other.make().id).not.toBe(pending.make().id);
});

it("gives ids that their first digits tell apart, also those of one process after another", () => {
  const raw = fc.sample(exchange, { numRuns: 1, seed: 1 })[0];
  if (raw === undefined) throw new Error("one was asked for");
  const ids = [1, 2].flatMap((seed) => {
    const random = seededRandom(seed);
    return Array.from({ length: 500 }, () => pendingExchange(raw, random, settings).make().id);
  });
  expect(ids.every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true);
  expect(new Set(ids.map((id) => id.slice(0, 12))).size).toBe(ids.length);
});
