import { setTimeout as sleep } from "node:timers/promises";

/**
 * Asks again until the answer is truthy, and returns it: for what other processes do, which no event here tells.
 * @param withinMs Bound on the whole wait; generous, because the machine may be busy. Throws naming `what` after it.
 */
export async function until<Answer>(
  what: string,
  ask: () => Answer | Promise<Answer>,
  withinMs = 30_000,
): Promise<NonNullable<Exclude<Answer, false | "" | 0>>> {
  const giveUpMs = performance.now() + withinMs;
  let last: unknown;
  while (performance.now() < giveUpMs) {
    try {
      const answer = await ask();
      if (answer) return answer as NonNullable<Exclude<Answer, false | "" | 0>>;
      last = answer;
    } catch (error) {
      last = error;
    }
    await sleep(25);
  }
  throw new Error(`not within ${withinMs} ms: ${what}`, { cause: last });
}
