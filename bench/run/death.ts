import { setTimeout as sleep } from "node:timers/promises";
import { controlOf, makeFleet, ps, up } from "../support/fleets.ts";
import { end } from "../support/processes.ts";
import { atMost, median, type Result, say } from "../support/results.ts";

const OBSERVERS = 20;

/** From kill -9 of an instance until no resolver of 20 has it any more; and the calls that failed meanwhile. */
export async function measureDeath(rounds: number): Promise<readonly Result[]> {
  const fleet = makeFleet({ victim: 3 });
  const { child } = await up(fleet.folder);
  process.env["SHOAL_CONTROL"] = controlOf(fleet.folder);
  // Imported only now: the package reads its environment on first use.
  const { contract, get, use } = await import("../../packages/shoal/dist/index.js");
  const { observers } = await import("./observers.ts");
  const watching = await observers(OBSERVERS, "victim", controlOf(fleet.folder));
  const { z } = await import("zod");
  const victim = contract("victim", {
    greet: get("/greetings/:name", {
      params: z.object({ name: z.string() }),
      returns: z.object({ greeting: z.string() }),
    }),
  });
  const consumer = use(victim);
  const calls = { made: 0, failed: 0, stopped: false };
  const caller = async () => {
    while (!calls.stopped) {
      calls.made += 1;
      await consumer.greet({ params: { name: "Ada" } }).catch(() => {
        calls.failed += 1;
      });
    }
  };
  const callers = Array.from({ length: 4 }, caller);
  const tookMs: number[] = [];
  try {
    for (let round = 1; round <= rounds; round += 1) {
      await watching.until((addresses) => addresses.length === 3);
      const dying = ps(fleet.folder).at(round % 3);
      if (!dying) throw new Error("no instance to kill");
      const startedMs = performance.now();
      process.kill(dying.pid, "SIGKILL");
      await watching.until((ids) => !ids.includes(dying.instance));
      tookMs.push(performance.now() - startedMs);
      say(`death, round ${round}: out of all ${OBSERVERS} resolvers after ${tookMs.at(-1)?.toFixed(0)} ms`);
      await sleep(200);
    }
  } finally {
    calls.stopped = true;
    await Promise.all(callers);
    watching.close();
    await end(child, "SIGINT");
    fleet.remove();
  }
  say(`death: ${calls.made} idempotent calls made meanwhile, ${calls.failed} failed`);
  return [
    atMost("dead process out of every resolver", median(tookMs), 250, "ms"),
    atMost("idempotent calls failed by that", calls.failed, 0, ""),
  ];
}
