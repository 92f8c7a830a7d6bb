import { once } from "node:events";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { SCENARIOS } from "./scenarios.ts";
import type { Done, Task } from "./simulation-thread.ts";

/** Their numbers. Begun last, they would leave one core idle while the other ends them. */
const LONG: ReadonlySet<number> = new Set(SCENARIOS.filter(({ long }) => long).map(({ number }) => number));

/**
 * Runs simulated scenarios on all cores, and tells of each as it ends, in the order of the tasks. Rejects when one throws.
 */
export async function runSimulated(tasks: readonly Task[], onDone: (done: Done) => void): Promise<void> {
  const turns = tasks.map(() => Promise.withResolvers<Done>());
  const isLong = ({ number }: Task) => LONG.has(number);
  const order = tasks
    .map((task, index) => ({ task, index }))
    .toSorted((a, b) => Number(isLong(b.task)) - Number(isLong(a.task)));
  let next = 0;
  const work = async () => {
    const thread = new Worker(new URL("simulation-thread.ts", import.meta.url));
    try {
      for (let mine = order[next++]; mine !== undefined; mine = order[next++]) {
        const { task, index } = mine;
        thread.postMessage(task);
        const [done] = (await once(thread, "message")) as [Done];
        turns[index]?.resolve(done);
      }
    } catch (cause) {
      for (const { reject } of turns) reject(cause);
    } finally {
      await thread.terminate();
    }
  };
  const threads = Array.from({ length: Math.min(availableParallelism(), tasks.length) }, work);
  for (const { promise } of turns) onDone(await promise);
  await Promise.all(threads);
}
