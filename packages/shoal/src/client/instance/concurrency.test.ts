import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cancellationOfSignal, NEVER_CANCELLED } from "../../core/cancellation.ts";
import { createTurnstile, type Entry } from "./concurrency.ts";

const turnOf = (entry: Entry) => (entry.kind === "waiting" ? entry.turn : Promise.resolve(entry.kind === "admitted"));

describe("createTurnstile", () => {
  it("lets in as many as may, lets as many wait, and turns away the next", () => {
    const turnstile = createTurnstile(() => 2, 1);
    const kinds = Array.from({ length: 4 }, () => turnstile.enter(NEVER_CANCELLED).kind);
    expect(kinds).toEqual(["admitted", "admitted", "waiting", "full"]);
  });

  it("serves those who wait in their order", async () => {
    const turnstile = createTurnstile(() => 1, 3);
    turnstile.enter(NEVER_CANCELLED);
    const order: number[] = [];
    const waits = [1, 2, 3].map(async (number) => {
      await turnOf(turnstile.enter(NEVER_CANCELLED));
      order.push(number);
      turnstile.leave();
    });
    turnstile.leave();
    await Promise.all(waits);
    expect(order).toEqual([1, 2, 3]);
    expect(turnstile.inFlight()).toBe(0);
  });

  it("frees the place of one that leaves the queue", async () => {
    const turnstile = createTurnstile(() => 1, 1);
    turnstile.enter(NEVER_CANCELLED);
    const controller = new AbortController();
    const waits = turnOf(turnstile.enter(cancellationOfSignal(controller.signal)));
    controller.abort();
    expect(await waits).toBe(false);
    expect(turnstile.waiting()).toBe(0);
    expect(turnstile.enter(NEVER_CANCELLED).kind).toBe("waiting");
  });

  it("lets in those who wait, in their order, when more may go in than before", async () => {
    let inFlightMax = 1;
    const turnstile = createTurnstile(() => inFlightMax, 3);
    turnstile.enter(NEVER_CANCELLED);
    const order: number[] = [];
    for (const number of [1, 2]) void turnOf(turnstile.enter(NEVER_CANCELLED)).then(() => order.push(number));
    inFlightMax = 4;
    await turnOf(turnstile.enter(NEVER_CANCELLED));
    expect(order).toEqual([1, 2]);
    expect([turnstile.inFlight(), turnstile.waiting()]).toEqual([4, 0]);
  });

  it("lets nobody in until there are fewer than may, when fewer may than are", async () => {
    let inFlightMax = 3;
    const turnstile = createTurnstile(() => inFlightMax, 3);
    for (let count = 0; count < 3; count += 1) turnstile.enter(NEVER_CANCELLED);
    inFlightMax = 1;
    const kinds = [turnstile.enter(NEVER_CANCELLED).kind];
    turnstile.leave();
    turnstile.leave();
    expect([turnstile.inFlight(), turnstile.waiting()]).toEqual([1, 1]);
    turnstile.leave();
    expect([turnstile.inFlight(), turnstile.waiting()]).toEqual([1, 0]);
    expect(kinds).toEqual(["waiting"]);
  });

  it("keeps to its bounds, and settles every wait once, in any order of events", async () => {
    const event = fc.constantFrom<keyof ReturnType<typeof crowd>["act"]>("enter", "leave", "abort");
    const bounds = [fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 4 })] as const;
    await fc.assert(
      fc.asyncProperty(...bounds, fc.array(event, { maxLength: 200 }), async (inFlightMax, waitersMax, events) => {
        const { turnstile, act, inside, queue } = crowd(inFlightMax, waitersMax);
        for (const one of events) {
          act[one]();
          await Promise.resolve();
          await Promise.resolve();
          expect([turnstile.inFlight(), turnstile.waiting()]).toEqual([inside(), queue.length]);
          expect(inside()).toBeLessThanOrEqual(inFlightMax);
          expect(queue.length).toBeLessThanOrEqual(waitersMax);
        }
      }),
    );
  });
});

/** People at a turnstile, who count for themselves how many are inside and wait. */
function crowd(inFlightMax: number, waitersMax: number) {
  const turnstile = createTurnstile(() => inFlightMax, waitersMax);
  const queue: AbortController[] = [];
  let inside = 0;
  const act = {
    enter() {
      const controller = new AbortController();
      const entry = turnstile.enter(cancellationOfSignal(controller.signal));
      if (entry.kind === "admitted") inside += 1;
      if (entry.kind !== "waiting") return;
      queue.push(controller);
      void entry.turn.then((admitted) => {
        queue.splice(queue.indexOf(controller), 1);
        if (admitted) inside += 1;
      });
    },
    leave() {
      if (inside === 0) return;
      inside -= 1;
      turnstile.leave();
    },
    abort: () => queue[0]?.abort(),
  };
  return { turnstile, queue, act, inside: () => inside };
}
