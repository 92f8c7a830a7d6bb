import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { use } from "../../client/use.ts";
import { contract } from "../../contract/contract.ts";
import { get } from "../../contract/operation.ts";
import { currentContext } from "../../core/context.ts";
import { serve } from "../../server/serve.ts";
import { constant, lognormal } from "./distribution.ts";
import { simulate } from "./simulate.ts";
import { worker } from "./worker.ts";
import { createWorld, type World } from "./world.ts";

const leaf = contract("leaf", { work: get("/work", { returns: z.object({}) }) });
const quotes = contract("quotes", {
  getQuote: get("/quotes/:id", {
    params: z.object({ id: z.string() }),
    returns: z.object({ id: z.string(), remainingMs: z.number() }),
    errors: { notFound: 404 },
  }),
});

/** quotes, whole, which calls a leaf. */
async function startQuotes(world: World, instances = 2) {
  await world.start("leaf", (instance) => worker(instance, lognormal(10)), { instances });
  return world.start(
    "quotes",
    () => {
      const next = use(leaf);
      return serve(quotes, {
        async getQuote({ params }, context) {
          if (params.id === "0") throw quotes.errors.notFound({});
          await next.work();
          return { id: params.id, remainingMs: context.deadlineMs - world.clock.now() };
        },
      });
    },
    { instances },
  );
}

describe("a world", () => {
  it("runs contracts whole: values, declared errors, deadlines", async () => {
    const world = createWorld();
    await startQuotes(world);
    const shop = world.join("shop").use(quotes);
    const quote = await world.until(shop.getQuote({ params: { id: "7" } }, { deadlineMs: 500 }));
    expect(quote.id).toBe("7");
    expect(quote.remainingMs).toBeGreaterThan(400);
    expect(quote.remainingMs).toBeLessThan(500);
    await expect(world.until(shop.getQuote({ params: { id: "0" } }))).rejects.toSatisfy(quotes.errors.notFound.is);
    expect(currentContext()).toBeUndefined();
  });

  it("takes the fleet's policies, and refuses wrong ones", async () => {
    const world = createWorld({ policies: { "quotes.getQuote": { deadlineMs: 300 } } });
    await startQuotes(world);
    const quote = await world.until(
      world
        .join("shop")
        .use(quotes)
        .getQuote({ params: { id: "7" } }),
    );
    expect(quote.remainingMs).toBeLessThan(300);
    expect(() => createWorld({ policies: { quotes: { deadlineMs: 0 } } })).toThrow("deadlineMs");
  });

  it("goes the same way twice with one seed, and another with another", async () => {
    const fault = fc.constantFrom("crash", "stop", "stall", "partition", "lossy", "registry", "disturb");
    const run = async (seed: number, faults: readonly string[]) => {
      const world = createWorld({ seed });
      await startQuotes(world, 3);
      const shop = world.join("shop").use(quotes);
      const tally = world.load({ perSecond: 50, forMs: 3_000, call: (n) => shop.getQuote({ params: { id: `${n}` } }) });
      for (const [index, name] of faults.entries()) {
        world.at(world.clock.now() + 300 * (index + 1), () => inflict(world, name, index));
      }
      await world.run(15_000);
      expect(tally.calls()).toBeGreaterThan(80);
      return { fingerprint: world.timeline.fingerprint(), text: world.timeline.text(2_000) };
    };
    await fc.assert(
      fc.asyncProperty(fc.nat(1_000), fc.array(fault, { maxLength: 6 }), async (seed, faults) => {
        const first = await run(seed, faults);
        expect(await run(seed, faults)).toEqual(first);
        expect((await run(seed + 1, faults)).fingerprint).not.toBe(first.fingerprint);
      }),
      { numRuns: 10 },
    );
  }, 60_000);

  function inflict(world: World, fault: string, index: number): void {
    const victim = world.instance(`${index % 2 === 0 ? "leaf" : "quotes"}-${1 + (index % 3)}`);
    if (fault === "crash") victim.crash({ unseen: index % 2 === 1 });
    else if (fault === "stop") void victim.stop();
    else if (fault === "stall") victim.stall(400);
    else if (fault === "partition") world.at(world.clock.now() + 500, world.network.partition(["shop"], [victim.id]));
    else if (fault === "lossy") world.network.change({ lossRatio: 0.1, latencyMs: constant(5) }, { to: victim.id });
    else if (fault === "registry") world.registry.goDown();
    else victim.disturb({ failures: 0.5, delayMs: constant(3) });
  }

  it("ends a run with what a scheduled task throws, and refuses a second run beside the first", async () => {
    const world = createWorld();
    world.at(10, () => Promise.reject(new Error("boom")));
    await expect(world.run(20)).rejects.toThrow("boom");
    expect(world.clock.now()).toBe(10);
    const run = world.run(20);
    await expect(world.run(20)).rejects.toThrow("running already");
    await run;
    expect(world.clock.now()).toBe(30);
  });

  it("tells seed and timeline when a scenario fails", async () => {
    const failing = simulate({ seed: 77 }, async (world) => {
      await startQuotes(world, 1);
      world.instance("leaf-1").crash();
      await world.run(100);
      throw new Error("too slow");
    });
    await expect(failing).rejects.toThrow(/^too slow\n\nWith seed 77 this happened:\n[\s\S]*leaf-1 +crashes\n/);
  });

  it("knows its instances by name, and says so when there is none of that name", async () => {
    const world = createWorld();
    await startQuotes(world, 1);
    expect(() => world.instance("leaf-9")).toThrow(/no instance "leaf-9".*leaf-1, quotes-1/);
    expect(() => world.join("shop").disturb({ failures: 1 })).toThrow(/serves nothing/);
    await expect(
      world.start("Leaf", () => async () => ({ status: 200, headers: {}, body: undefined })),
    ).rejects.toThrow("OPTION_INVALID");
  });
});
