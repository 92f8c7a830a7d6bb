import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HEARTBEAT, itemEvent, namedEvent } from "../contract/event-stream.ts";
import { shoalError } from "../core/errors.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { createItemStream } from "./item-stream.ts";

const END = namedEvent("end", '{"items":1}');

/** A body in the given chunks; `left` tells whether it was let go of, `ended` whether its end was read. */
function bodyOf(chunks: readonly Uint8Array[], beforeEnd = async () => {}) {
  const seen = { ended: false, left: false };
  const rest = [...chunks];
  const body = {
    [Symbol.asyncIterator]: () => ({
      async next() {
        const value = rest.shift();
        if (value === undefined) {
          await beforeEnd();
          seen.ended = true;
        }
        return value === undefined ? { done: true as const, value } : { done: false as const, value };
      },
      async return() {
        seen.left = true;
        return { done: true as const, value: undefined };
      },
    }),
  };
  return { body, seen };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

function itemsOf(chunks: readonly Uint8Array[], beforeEnd?: () => Promise<void>) {
  const clock = createVirtualClock();
  const { body, seen } = bodyOf(chunks, beforeEnd);
  const items = createItemStream({
    body,
    codec: { decode: (json) => ({ ok: true, value: JSON.parse(json) }) },
    clock,
    idleMs: 1_000,
    itemBytesMax: 100_000,
    explain: (error) => error,
    explainProblem: (json) => shoalError("UPSTREAM_FAILED", { message: json }),
  });
  return { items, seen, clock };
}

async function read(chunks: readonly Uint8Array[]) {
  const { items, seen, clock } = itemsOf(chunks);
  const got: unknown[] = [];
  let error: unknown;
  try {
    for await (const item of items) got.push(item);
  } catch (thrown) {
    error = thrown;
  }
  await settled();
  expect([seen.left || seen.ended, clock.pending()]).toEqual([true, 0]);
  return { got, error };
}

function cut(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const edges = [0, ...cuts.map((at) => at % (bytes.byteLength + 1)).sort((a, b) => a - b), bytes.byteLength];
  return edges.slice(1).map((end, index) => bytes.subarray(edges[index], end));
}

const values = fc.array(fc.jsonValue(), { maxLength: 8 });
const cuts = fc.array(fc.nat(), { maxLength: 12 });
const eventsOf = (items: readonly unknown[]) =>
  items.flatMap((item, index) =>
    index % 2 === 0 ? [itemEvent(JSON.stringify(item)), HEARTBEAT] : [itemEvent(JSON.stringify(item))],
  );
const copies = (items: readonly unknown[]) => items.map((item) => JSON.parse(JSON.stringify(item)) as unknown);

describe("the items of a reply", () => {
  it("are those that were sent, however the bytes are cut", () =>
    fc.assert(
      fc.asyncProperty(values, cuts, async (items, at) => {
        const { got, error } = await read(cut(Buffer.concat([...eventsOf(items), END]), at));
        expect([got, error]).toEqual([copies(items), undefined]);
      }),
    ));

  it("never end where the bytes end too early: those that are whole are given, and then it throws", () =>
    fc.assert(
      fc.asyncProperty(values, cuts, fc.nat(), async (items, at, where) => {
        const whole = Buffer.concat([...eventsOf(items), END]);
        const { got, error } = await read(cut(whole.subarray(0, where % whole.byteLength), at));
        expect(error).toMatchObject({ code: "CONNECTION_LOST" });
        expect(got).toEqual(copies(items).slice(0, got.length));
      }),
    ));

  it.each([
    ["its end", END],
    ["its error", namedEvent("problem", "{}")],
  ])("after %s is said, leave nothing of the reply unread: its connection is free for others", async (_, last) => {
    const { items, seen, clock } = itemsOf([itemEvent("1"), last]);
    await items.next();
    await items.next().catch(() => {});
    await settled();
    expect(seen).toEqual({ ended: true, left: false });
    expect(clock.pending()).toBe(0);
  });

  it("after their end is said, let go of a reply that goes on, or does not end in time", async () => {
    const more = itemsOf([END, itemEvent("2")]);
    expect(await more.items.next()).toEqual({ done: true, value: undefined });
    await settled();
    expect(more.seen).toEqual({ ended: false, left: true });
    const silent = itemsOf([END], () => new Promise(() => {}));
    await silent.items.next();
    await silent.clock.advance(1_000);
    expect([silent.seen.left, silent.clock.pending()]).toEqual([true, 0]);
  });

  it("are as many as were asked for: nothing runs ahead of the reader", async () => {
    const chunks = [itemEvent("1"), itemEvent("2"), itemEvent("3"), END];
    const { body } = bodyOf(chunks);
    let asked = 0;
    const counting = {
      [Symbol.asyncIterator]() {
        const inner = body[Symbol.asyncIterator]();
        const next = () => {
          asked += 1;
          return inner.next();
        };
        return { ...inner, next };
      },
    };
    const items = createItemStream({
      body: counting,
      codec: { decode: (json) => ({ ok: true, value: JSON.parse(json) }) },
      clock: createVirtualClock(),
      idleMs: 1_000,
      itemBytesMax: 100,
      explain: (error) => error,
      explainProblem: () => shoalError("UPSTREAM_FAILED", { message: "failed" }),
    });
    expect(asked).toBe(0);
    expect([await items.next(), await items.next()].map(({ value }) => value)).toEqual([1, 2]);
    expect(asked).toBe(2);
    await items.return();
    expect(await items.next()).toEqual({ done: true, value: undefined });
    expect(asked).toBe(2);
  });
});
