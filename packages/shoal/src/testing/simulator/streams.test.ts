import { describe, expect, it } from "vitest";
import { z } from "zod";
import { use } from "../../client/use.ts";
import { contract } from "../../contract/contract.ts";
import { get } from "../../contract/operation.ts";
import { stream } from "../../contract/stream.ts";
import { sleep } from "../../core/clock.ts";
import { serve } from "../../server/serve.ts";
import { simulate } from "./simulate.ts";
import type { World } from "./world.ts";

const Price = z.object({ at: z.number(), from: z.string() });
const prices = contract("prices", { watch: get("/prices", { returns: stream(Price) }) });
const board = contract("board", {
  follow: get("/board", { query: z.object({ items: z.number().optional() }), returns: stream(Price) }),
});

const EVERY_MS = 20_000;

/** A fleet of two services: prices come each 20 s, for ever, and the board passes them on. */
async function start(world: World, instances = 1) {
  const notes: string[] = [];
  const [source] = await world.start(
    "prices",
    (instance) =>
      serve(prices, {
        async *watch(_, { signal }) {
          try {
            for (;;) {
              yield { at: world.clock.now(), from: instance.id };
              await sleep(world.clock, EVERY_MS, signal);
            }
          } finally {
            notes.push(`${instance.id} ends at ${Math.floor(world.clock.now() / 1_000)} s`);
          }
        },
      }),
    { instances },
  );
  await world.start("board", () => {
    const next = use(prices);
    return serve(board, {
      async *follow({ query }) {
        let items = 0;
        for await (const price of await next.watch()) {
          yield price;
          items += 1;
          if (items === query.items) return;
        }
      },
    });
  });
  return { notes, source, screen: world.join("screen").use(board) };
}

describe("a stream through a simulated fleet", () => {
  it("goes on for minutes of the world's time, and ends everywhere when the reader leaves", () =>
    simulate({ seed: 3 }, async (world) => {
      const { notes, screen } = await start(world);
      const items = await world.until(screen.follow({ query: {} }));
      const times: number[] = [];
      for (let taken = 0; taken < 10; taken += 1) times.push((await world.until(items.next())).value?.at ?? 0);
      const gaps = times.slice(1).map((atMs, index) => Math.round(atMs - (times[index] ?? 0)));
      expect(gaps).toEqual(Array.from({ length: 9 }, () => EVERY_MS));
      expect(notes).toEqual([]);
      await items.return();
      await world.run(1_000);
      expect(notes).toHaveLength(1);
    }));

  it("is ended by whoever passes it on", () =>
    simulate({ seed: 4 }, async (world) => {
      const { notes, screen } = await start(world);
      const items = await world.until(screen.follow({ query: { items: 2 } }));
      const all: unknown[] = [];
      const reading = (async () => {
        for await (const item of items) all.push(item);
      })();
      await world.until(reading);
      await world.run(1_000);
      expect([all.length, notes.length]).toEqual([2, 1]);
    }));

  it("breaks off with its instance, and is called again at another", () =>
    simulate({ seed: 5 }, async (world) => {
      const { screen } = await start(world, 2);
      const items = await world.until(screen.follow({ query: {} }));
      const first = (await world.until(items.next())).value;
      world.instance(first?.from ?? "").crash();
      await expect(world.until(items.next())).rejects.toMatchObject({ code: "UPSTREAM_FAILED" });
      const again = await world.until(screen.follow({ query: {} }));
      expect((await world.until(again.next())).value?.from).not.toBe(first?.from);
      await again.return();
    }));

  it("is lost, on both sides in time, when its link falls silent", () =>
    simulate({ seed: 6 }, async (world) => {
      const { screen } = await start(world);
      const items = await world.until(screen.follow({ query: {} }));
      await world.until(items.next());
      world.network.change({ path: "severed" }, { from: "screen", to: "board-1" });
      const atMs = world.clock.now();
      await expect(world.until(items.next())).rejects.toMatchObject({ code: "CONNECTION_LOST" });
      expect(world.clock.now() - atMs).toBeLessThan(31_000);
    }));

  it("is ended by a drain with an error that says so", () =>
    simulate({ seed: 7 }, async (world) => {
      const { source } = await start(world);
      const items = await world.until(world.join("reader").use(prices).watch());
      await world.until(items.next());
      const stopped = source?.stop();
      const ended = (async () => {
        for await (const _ of items);
      })().catch((error: unknown) => error);
      expect(await world.until(ended)).toMatchObject({ code: "DRAINING" });
      await world.until(Promise.resolve(stopped));
    }));

  it("is the same again for the same seed", async () => {
    const fingerprint = () =>
      simulate({ seed: 8 }, async (world) => {
        const { screen } = await start(world, 3);
        const items = await world.until(screen.follow({ query: {} }));
        for (let taken = 0; taken < 5; taken += 1) await world.until(items.next());
        await items.return();
        await world.run(1_000);
        return world.timeline.fingerprint();
      });
    expect(await fingerprint()).toBe(await fingerprint());
  });
});
