import { describe, expect, it } from "vitest";
import { CancelSource } from "../../core/cancellation.ts";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import { createWaitingRoom } from "./waiting-room.ts";

/** A room at 100 ms, into which three go one after the other, to wait until 1 000 ms. */
async function room() {
  const clock = createVirtualClock();
  await clock.advance(100);
  const listeners = new Set<() => void>();
  const waiting = createWaitingRoom(clock, (listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  });
  const woken: string[] = [];
  const callers = ["a", "b", "c"].map((name) => ({ name, cancellation: new CancelSource() }));
  for (const { name, cancellation } of callers) {
    void waiting.wait(1_000, cancellation).then(() => woken.push(`${name} at ${clock.now()}`));
  }
  return { clock, listeners, waiting, woken, callers };
}

describe("createWaitingRoom", () => {
  it("has all wait until their time has come, and keeps nothing of them", async () => {
    const { clock, listeners, waiting, woken } = await room();
    await clock.advance(899);
    expect([waiting.size(), woken]).toEqual([3, []]);
    await clock.advance(1);
    expect(woken).toEqual(["a at 1000", "b at 1000", "c at 1000"]);
    expect([waiting.size(), listeners.size, clock.pending()]).toEqual([0, 0, 0]);
  });

  it("wakes the first alone when there may be a place, in the order in which they came", async () => {
    const { clock, waiting, woken } = await room();
    waiting.wakeFirst();
    await clock.advance(0);
    expect([waiting.size(), woken]).toEqual([2, ["a at 100"]]);
    waiting.wakeFirst();
    waiting.wakeFirst();
    waiting.wakeFirst(); // nobody is left
    await clock.advance(0);
    expect(woken).toEqual(["a at 100", "b at 100", "c at 100"]);
  });

  it("wakes all when something changes", async () => {
    const { clock, listeners, waiting, woken } = await room();
    for (const listener of [...listeners]) listener();
    await clock.advance(0);
    expect(woken).toHaveLength(3);
    expect([waiting.size(), listeners.size, clock.pending()]).toEqual([0, 0, 0]);
  });

  it("wakes one whose caller has gone, and passes it by from then on", async () => {
    const { clock, listeners, waiting, woken, callers } = await room();
    callers[0]?.cancellation.cancel(new Error("left"));
    await clock.advance(0);
    expect([woken, waiting.size(), listeners.size, clock.pending()]).toEqual([["a at 100"], 2, 2, 2]);
    waiting.wakeFirst();
    await clock.advance(0);
    expect(woken).toEqual(["a at 100", "b at 100"]);
    callers[1]?.cancellation.cancel(new Error("left too late"));
    await clock.advance(0);
    expect([waiting.size(), woken]).toEqual([1, ["a at 100", "b at 100"]]);
  });
});
