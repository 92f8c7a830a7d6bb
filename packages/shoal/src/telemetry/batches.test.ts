import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { type BatchesOptions, createBatches } from "./batches.ts";
import type { Posted } from "./otlp-sender.ts";

function batches(answer: (body: string) => Posted | Promise<Posted>, options?: Partial<BatchesOptions>) {
  const clock = createVirtualClock();
  const bodies: string[] = [];
  const post = async (body: string) => {
    bodies.push(body);
    return answer(body);
  };
  const encode = (items: readonly string[]) => items.join("");
  return { clock, bodies, made: createBatches({ ports: { clock, random: () => 1 }, encode, post }, options) };
}

const taken: Posted = { kind: "taken" };
const later = (afterMs = 0): Posted => ({ kind: "later", afterMs });

describe("createBatches", () => {
  it("posts together what came within an interval, and runs no timer while it holds nothing", async () => {
    const { clock, bodies, made } = batches(() => taken);
    expect(clock.pending()).toBe(0);
    made.add("a", 1);
    await clock.advance(400);
    made.add("b", 1);
    expect(bodies).toEqual([]);
    await clock.advance(100);
    expect(bodies).toEqual(["ab"]);
    expect(clock.pending()).toBe(0);
  });

  it("posts a full batch at once, but not inside the call that filled it", async () => {
    const { clock, bodies, made } = batches(() => taken, { batchItemsMax: 3 });
    for (const item of ["a", "b", "c", "d"]) made.add(item, 1);
    expect(bodies).toEqual([]);
    await clock.advance(0);
    expect(bodies).toEqual(["abc"]);
    await clock.advance(500);
    expect(bodies).toEqual(["abc", "d"]);
  });

  it("bounds a batch by bytes, and lets one long item go alone", async () => {
    const { clock, bodies, made } = batches(() => taken, { batchBytesMax: 10 });
    made.add("a", 6);
    made.add("b", 6);
    made.add("c", 50);
    await clock.advance(500);
    await clock.advance(500);
    expect(bodies).toEqual(["a", "b", "c"]);
  });

  it("tries again with what came meanwhile, in order, after a pause that doubles", async () => {
    const answers = [later(), later(), taken];
    const { clock, bodies, made } = batches(() => answers.shift() ?? taken);
    made.add("a", 1);
    await clock.advance(500);
    made.add("b", 1);
    await clock.advance(999);
    expect(bodies).toEqual(["a"]);
    await clock.advance(1);
    expect(bodies).toEqual(["a", "ab"]);
    await clock.advance(2_000);
    expect(bodies).toEqual(["a", "ab", "ab"]);
    expect(made.dropped()).toBe(0);
  });

  it("waits as long as it was asked to, full or not", async () => {
    const answers = [later(9_000)];
    const { clock, bodies, made } = batches(() => answers.shift() ?? taken, { batchItemsMax: 2 });
    made.add("a", 1);
    await clock.advance(500);
    for (const item of ["b", "c", "d"]) made.add(item, 1);
    await clock.advance(8_999);
    expect(bodies).toEqual(["a"]);
    await clock.advance(1);
    expect(bodies).toEqual(["a", "ab", "cd"]);
  });

  it("drops and counts what is refused, what cannot be encoded, and what is too long for any room", async () => {
    const { clock, bodies, made } = batches(() => ({ kind: "refused" }), { bytesMax: 100 });
    made.add("a", 1);
    made.add("b", 101);
    await clock.advance(500);
    expect(bodies).toEqual(["a"]);
    expect(made.dropped()).toBe(2);
    const broken = createBatches(
      {
        ports: { clock, random: () => 1 },
        encode: () => {
          throw new Error("no");
        },
        post: async () => taken,
      },
      {},
    );
    broken.add("a", 1);
    await clock.advance(500);
    expect(broken.dropped()).toBe(1);
  });

  it("flushes all it holds, and gives up at the first that is not taken", async () => {
    const all = batches(() => taken, { batchItemsMax: 2 });
    for (const item of ["a", "b", "c"]) all.made.add(item, 1);
    await all.made.flush();
    expect(all.bodies).toEqual(["ab", "c"]);
    expect(all.clock.pending()).toBe(0);
    const none = batches(() => later());
    none.made.add("a", 1);
    await none.made.flush();
    expect(none.bodies).toEqual(["a"]);
  });

  it("loses nothing but what it counts, keeps its bounds and the order, whatever the collector does", async () => {
    const kinds = fc.constantFrom<Posted>(taken, later(), later(700), { kind: "refused" });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 40_000 }), kinds), {
          maxLength: 30,
        }),
        async (steps) => {
          const seen: number[] = [];
          let answer: Posted = taken;
          const clock = createVirtualClock();
          const made = createBatches<number>(
            {
              ports: { clock, random: () => 0.5 },
              encode: (items) => JSON.stringify(items),
              async post(body) {
                const items = JSON.parse(body) as number[];
                expect(items.length).toBeLessThanOrEqual(8);
                if (answer.kind === "taken") seen.push(...items);
                return answer;
              },
            },
            { itemsMax: 40, batchItemsMax: 8 },
          );
          let added = 0;
          for (const [count, pauseMs, next] of steps) {
            answer = next;
            for (let index = 0; index < count; index += 1) made.add(added++, 1);
            await clock.advance(pauseMs);
          }
          answer = taken;
          await clock.advance(60_000);
          expect(seen).toEqual(seen.toSorted((left, right) => left - right));
          expect(new Set(seen).size).toBe(seen.length);
          expect(seen.length + made.dropped()).toBe(added);
          expect(clock.pending()).toBe(0);
        },
      ),
    );
  });
});
