import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { use } from "../../client/use.ts";
import { isShoalError } from "../../core/errors.ts";
import { parseJson } from "../../core/json.ts";
import { type Connected, connect } from "./connected.ts";
import { ODD_VALUES, probe, relay, type Thing } from "./probe.ts";
import { WAYS } from "./ways.ts";

const thing: Thing = { text: "a", count: 1 };

/** How a call failed, as its caller sees it, without what is measured in time. */
async function failureOf(call: Promise<unknown>) {
  const error = await call.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!isShoalError(error)) return error;
  const { code, status, retry, details, message } = error;
  const { elapsedMs, deadlineMs, ...rest } = details;
  return { code, status, retry, details: rest, message: message.replaceAll(/\d+ of \d+ ms/g, "T of T ms") };
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

type Method = (...all: never[]) => unknown;

/** The probe as the caller uses it: each call is made in the caller's runtime. */
function callOf({ asCaller }: Connected) {
  const consumer = asCaller(() => use(probe));
  const methods = Object.entries<Method>(consumer).map(([name, method]) => [
    name,
    (...all: never[]) => asCaller(() => method(...all)),
  ]);
  return Object.fromEntries(methods) as typeof consumer;
}

describe.each(WAYS)("over $name", (way) => {
  it("a call carries path, query, headers and body, and gives the typed reply", async () => {
    await using all = await connect(way);
    const call = callOf(all);
    const input = {
      params: { id: "ä/ö ?#%", part: 7 },
      query: { tag: ["x", "y"], on: true },
      headers: { "x-flavour": "sour" },
    };
    expect(await call.item(input)).toEqual({ id: "ä/ö ?#%", part: 7, tag: '["x","y"]', on: true, flavour: "sour" });
    expect(await call.item({ params: { id: "1", part: 2 }, query: {}, headers: {} })).toEqual({
      id: "1",
      part: 2,
      tag: "null",
      on: false,
      flavour: "plain",
    });
    expect(await call.forget()).toBeUndefined();
  });

  it("undeclared fields are dropped in both directions", async () => {
    await using all = await connect(way);
    const body = { ...thing, extra: 1, inner: { deep: [{ flag: null, more: 2 }], also: 3 } };
    expect(await callOf(all).echo({ body })).toEqual({ ...thing, inner: { deep: [{ flag: null }] } });
    expect(all.state.events).toEqual([JSON.stringify({ ...thing, inner: { deep: [{ flag: null }] } })]);
  });

  it("neither side sees what the other does to its values", async () => {
    await using all = await connect(way);
    const call = callOf(all);
    const body = { ...thing, tags: ["mine"] };
    const pending = call.echo({ body });
    body.tags.push("changed after the call");
    expect(await pending).toEqual({ ...thing, tags: ["mine", "pushed by the handler"] });
    expect(body.tags).toEqual(["mine", "changed after the call"]);
    const first = await call.shares();
    first.tags?.push("changed by the caller");
    expect(all.state.shared.tags).toEqual(["a"]);
    expect(await call.shares()).toEqual({ text: "shared", count: 1, tags: ["a"] });
  });

  it("any value arrives as JSON would have it", async () => {
    await using all = await connect(way);
    const call = callOf(all);
    const text = fc.string({ unit: "grapheme" });
    const optional = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined });
    const values = fc.record({
      text,
      count: fc.double({ noNaN: true, noDefaultInfinity: true }),
      note: optional(text),
      tags: optional(fc.array(text, { maxLength: 5 })),
      inner: optional(fc.record({ deep: fc.array(fc.record({ flag: fc.option(fc.boolean()) }), { maxLength: 3 }) })),
    });
    await fc.assert(
      fc.asyncProperty(values, async (body) => {
        const asJson = JSON.parse(JSON.stringify(body));
        const { tags, ...rest } = asJson;
        const seen = tags === undefined ? rest : { ...rest, tags: [...tags, "pushed by the handler"] };
        expect(await call.echo({ body } as never)).toEqual(seen);
        expect(JSON.parse(all.state.events.at(-1) ?? "")).toEqual(asJson);
      }),
    );
  });

  it("what JSON has rules of its own for arrives by them, in both directions", async () => {
    await using all = await connect(way);
    const call = callOf(all);
    const asJson = parseJson(JSON.stringify(ODD_VALUES));
    for (const [name, value] of Object.entries(ODD_VALUES)) {
      const one = parseJson(JSON.stringify({ value })) as { value: unknown };
      expect(await call.odd({ body: { value } }), name).toStrictEqual({ ...one, made: asJson });
      expect(all.state.events.at(-1), name).toBe(JSON.stringify(one));
    }
    expect(await call.odd({ body: { value: 1, ...ODD_VALUES } })).toStrictEqual({
      value: 1,
      ...(asJson as object),
      made: asJson,
    });
    expect(await failureOf(call.odd({ body: { value: 5n } }))).toMatchObject({ code: "REQUEST_INVALID" });
  });

  it("schemas that change values do so as often as on any way", async () => {
    await using all = await connect(way);
    const call = callOf(all);
    const body = { text: " Loud ", kind: { by: "id", id: 5, name: "extra" }, seen: undefined, marked: "m", size: "2" };
    for (let time = 0; time < 40; time += 1) {
      expect(await call.shaped({ body } as never)).toStrictEqual({
        text: "loud",
        size: 2,
        kind: { by: "id", id: 5 },
        seen: ["never"],
        marked: "m!!!",
      });
    }
    expect(all.state.events.at(-1)).toBe(
      '{"text":"loud","size":2,"kind":{"by":"id","id":5},"seen":["never"],"marked":"m!"}',
    );
    expect(await failureOf(call.shaped({ body: { ...body, kind: { by: "id", id: 0.5 } } } as never))).toMatchObject({
      code: "REQUEST_INVALID",
    });
  });

  it.each([
    ["a text for a number", { text: "a", count: "1" }, "body.count"],
    ["a missing field", { text: "a" }, "body.count"],
    ["no number", { text: "a", count: Number.NaN }, "body.count"],
    ["null for a list", { ...thing, tags: null }, "body.tags"],
  ])("%s is refused, and says where", async (_, body, path) => {
    await using all = await connect(way);
    const failure = await failureOf(callOf(all).echo({ body } as never));
    expect(failure).toMatchObject({
      code: "REQUEST_INVALID",
      status: 400,
      retry: "never",
      details: { issues: [{ path }], service: "probe", operation: "echo", instance: "probe-1", attempts: 1 },
    });
    expect(all.state.events).toEqual([]);
  });

  it("an error that the contract declares keeps its code and details", async () => {
    await using all = await connect(way);
    const error = await callOf(all)
      .gone({ params: { id: "7" } })
      .catch((cause: unknown) => cause);
    expect(probe.errors.moved.is(error)).toBe(true);
    expect(error).toMatchObject({ code: "moved", status: 410, details: { to: "/things/7" } });
  });

  it("what a handler throws otherwise stays in the service", async () => {
    await using all = await connect(way);
    const failure = await failureOf(callOf(all).fails({}, { attemptsMax: 1 }));
    expect(failure).toMatchObject({ code: "INTERNAL", status: 500, details: { instance: "probe-1", attempts: 1 } });
    expect(JSON.stringify(failure)).not.toContain("secret");
  });

  it("a reply that breaks the contract is the service's failure", async () => {
    await using all = await connect(way);
    expect(await failureOf(callOf(all).lies({}, { attemptsMax: 1 }))).toMatchObject({
      code: "REPLY_INVALID",
      status: 500,
      details: { instance: "probe-1" },
    });
  });

  it("a deadline ends the call and the handler", async () => {
    await using all = await connect(way);
    const call = callOf(all).waits({}, { deadlineMs: 400 });
    expect(await failureOf(call)).toMatchObject({ code: "DEADLINE_EXCEEDED", details: { attempts: 1 } });
    await expect
      .poll(() => all.state.events)
      .toEqual([expect.stringMatching(/^aborted: (DEADLINE_EXCEEDED|CANCELLED)$/)]);
  });

  it("a caller that leaves ends the call and the handler", async () => {
    await using all = await connect(way);
    const leaving = new AbortController();
    const failure = failureOf(callOf(all).waits({}, { signal: leaving.signal }));
    await all.state.waiting(1);
    leaving.abort(new Error("enough"));
    expect(await failure).toMatchObject({ code: "CANCELLED" });
    await expect.poll(() => all.state.events).toEqual(["aborted: CANCELLED"]);
  });

  it("a caller that leaves ends what its callee has called for it", async () => {
    await using all = await connect(way);
    const leaving = new AbortController();
    const call = all.asCaller(() => use(relay).waits({}, { signal: leaving.signal }));
    const failure = failureOf(call);
    await all.state.waiting(1);
    leaving.abort(new Error("enough"));
    expect(await failure).toMatchObject({ code: "CANCELLED" });
    await expect.poll(() => all.state.events).toEqual(["aborted: CANCELLED"]);
  });

  it("the same order, given twice with one key, is taken once", async () => {
    await using all = await connect(way);
    const call = callOf(all);
    const options = { idempotencyKey: "order-1" };
    expect(await call.order({ body: thing }, options)).toEqual({ number: 1 });
    expect(await call.order({ body: thing }, options)).toEqual({ number: 1 });
    expect(await call.order({ body: thing })).toEqual({ number: 2 });
    expect(await failureOf(call.order({ body: { ...thing, count: 2 } }, options))).toMatchObject({
      code: "IDEMPOTENCY_MISMATCH",
      status: 422,
    });
    expect(all.state.orders).toBe(2);
  });

  it("trace, criticality, realm and deadline go along through a second service, and the caller is who called", async () => {
    await using all = await connect(way);
    const direct = await callOf(all).surroundings({}, { criticality: "critical", deadlineMs: 5_000 });
    expect(direct).toMatchObject({ caller: "caller", criticality: "critical", isCurrent: true });
    expect(direct.leftMs).toBeLessThanOrEqual(5_000);
    const through = await all.asCaller(() =>
      use(relay).surroundings({}, { criticality: "sheddable", deadlineMs: 4_000 }),
    );
    expect(through).toMatchObject({ caller: "relay", criticality: "sheddable", realm: direct.realm, isCurrent: true });
    // less what each hop keeps back for the way up
    expect(through.leftMs).toBeLessThanOrEqual(3_995);
    expect(through.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(through.traceId).not.toBe(direct.traceId);
  });

  it("a service at its limit refuses without beginning, and takes calls again", async () => {
    await using all = await connect(way, { concurrencyMax: 1, concurrencyMin: 1, waitersMax: 0, adaptive: false });
    const call = callOf(all);
    const held = call.waits({}, { deadlineMs: 8_000 });
    await all.state.waiting(1);
    expect(await failureOf(call.echo({ body: thing }, { deadlineMs: 600 }))).toMatchObject({
      code: "OVERLOADED",
      status: 503,
      details: { instance: "probe-1" },
    });
    expect(all.state.events).toEqual([]);
    all.state.release(thing);
    expect(await held).toEqual(thing);
    expect(await call.echo({ body: thing })).toEqual(thing);
  });

  it("an instance that drains finishes what it has begun, and takes nothing new", async () => {
    await using all = await connect(way);
    const call = callOf(all);
    const held = call.waits({}, { deadlineMs: 8_000 });
    await all.state.waiting(1);
    const drained = all.drainProbe();
    expect(await failureOf(call.echo({ body: thing }, { deadlineMs: 300 }))).toMatchObject({
      code: "DEADLINE_EXCEEDED",
      details: { attempts: 0 },
    });
    all.state.release(thing);
    expect(await held).toEqual(thing);
    await drained;
    expect(all.state.events).toEqual([]);
  });

  it("a stream brings every item, made in the context of its call, and then ends", async () => {
    await using all = await connect(way);
    const items = await collect(await callOf(all).counts({ query: { to: 300, ending: "plain" } }));
    expect(items.map(({ at }) => at)).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
    expect(new Set(items.map(({ traceId }) => traceId)).size).toBe(1);
    expect(Object.keys(items[0] ?? {})).toEqual(["at", "traceId"]);
    expect(items[0]?.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(all.state.events).toEqual(["counted"]);
  });

  it("a stream that fails after some items throws what its service threw, or hides it", async () => {
    await using all = await connect(way);
    const call = callOf(all);
    const declined = await failureOf(call.counts({ query: { to: 2, ending: "decline" } }).then(collect));
    expect(declined).toMatchObject({ code: "tooFar", status: 410, details: { at: 2 } });
    const failed = await failureOf(call.counts({ query: { to: 2, ending: "throw" } }).then(collect));
    expect(failed).toMatchObject({ code: "INTERNAL", details: { instance: "probe-1", attempts: 1 } });
    expect(JSON.stringify(failed)).not.toContain("secret");
  });

  it("a stream that its reader leaves ends in the service", async () => {
    await using all = await connect(way);
    for await (const { at } of await callOf(all).counts({ query: { to: 1, ending: "wait" } })) {
      expect(at).toBe(1);
      break;
    }
    // how far it was ahead of its reader is each transport's own affair
    await expect.poll(() => all.state.events.at(-1)).toBe("counted");
  });

  it("a large value goes there and back whole", async () => {
    await using all = await connect(way);
    const text = "é".repeat(400_000);
    expect(await callOf(all).echo({ body: { ...thing, text } })).toEqual({ ...thing, text });
    const over = failureOf(callOf(all).echo({ body: { ...thing, text: "x".repeat(2 ** 20) } }));
    expect(await over).toMatchObject({ code: "BODY_TOO_LARGE", status: 413 });
  });
});
