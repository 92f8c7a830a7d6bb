import fc from "fast-check";
import { expect, it } from "vitest";
import type { Cancel, Clock } from "../core/clock.ts";
import { createVirtualClock, type VirtualClock } from "../testing/virtual-clock.ts";
import { reusedTimers } from "./reused-timers.ts";

type Step = { readonly after: number } | { readonly cancel: number } | { readonly advance: number };

const steps = fc.array(
  fc.oneof(
    fc.record({ after: fc.integer({ min: -5, max: 100 }) }),
    fc.record({ cancel: fc.nat(30) }),
    fc.record({ advance: fc.nat(60) }),
  ),
  { maxLength: 80 },
);

async function told(clock: VirtualClock, after: Clock["after"], taken: readonly Step[]): Promise<readonly string[]> {
  const heard: string[] = [];
  const cancels: Cancel[] = [];
  for (const step of taken) {
    if ("after" in step) {
      const number = cancels.length;
      cancels.push(after(step.after, () => void heard.push(`${number} at ${clock.now()}`)));
    } else if ("cancel" in step) cancels[step.cancel]?.();
    else await clock.advance(step.advance);
  }
  await clock.advance(200);
  return heard.toSorted();
}

it("timers that are used again come when plain ones do, and not once they are cancelled", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (taken) => {
      const [reused, plain] = [createVirtualClock(), createVirtualClock()];
      const found = await told(reused, reusedTimers(reused), taken);
      expect(found).toEqual(await told(plain, plain.after, taken));
      expect(reused.pending()).toBe(0);
    }),
  );
});

it("one timer serves any number of limits that are cancelled in time, one after the other", async () => {
  const clock = createVirtualClock();
  let set = 0;
  const after = reusedTimers({
    now: clock.now,
    after(ms, task) {
      set += 1;
      return clock.after(ms, task);
    },
  });
  for (let call = 0; call < 1_000; call += 1) {
    const cancel = after(10_000, () => {});
    await clock.advance(1);
    cancel();
  }
  expect(set).toBe(1);
});

it("keeps no more idle timers than it may need", () => {
  const clock = createVirtualClock();
  const after = reusedTimers(clock);
  const cancels = Array.from({ length: 100 }, () => after(1_000, () => {}));
  for (const cancel of cancels) cancel();
  expect(clock.pending()).toBe(16);
});
