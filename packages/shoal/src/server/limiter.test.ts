import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLimiter, type Release } from "./limiter.ts";

const never = new AbortController().signal;

describe("createLimiter", () => {
  it("gives out as many places as there are, and not one more", () => {
    const limiter = createLimiter({ concurrencyMax: 2, waitersMax: 1 });
    expect(limiter.tryAcquire()).toBeDefined();
    expect(limiter.tryAcquire()).toBeDefined();
    expect(limiter.tryAcquire()).toBeUndefined();
    expect(limiter.active()).toBe(2);
  });

  it("gives a freed place to the one who has waited longest", async () => {
    const limiter = createLimiter({ concurrencyMax: 1, waitersMax: 2 });
    const release = limiter.tryAcquire();
    const order: string[] = [];
    const first = limiter.acquire(never).then((place) => (order.push("first"), place));
    const second = limiter.acquire(never).then((place) => (order.push("second"), place));
    expect([limiter.canWait(), limiter.waiting()]).toEqual([false, 2]);
    release?.();
    (await first)?.();
    await second;
    expect(order).toEqual(["first", "second"]);
  });

  it("lets nobody overtake those who wait", async () => {
    const limiter = createLimiter({ concurrencyMax: 1, waitersMax: 1 });
    const release = limiter.tryAcquire();
    const waiting = limiter.acquire(never);
    release?.();
    expect(limiter.tryAcquire()).toBeUndefined();
    expect(await waiting).toBeDefined();
  });

  it("forgets a waiter whose signal is aborted, also one that never waited", async () => {
    const limiter = createLimiter({ concurrencyMax: 1, waitersMax: 1 });
    limiter.tryAcquire();
    const controller = new AbortController();
    const waiting = limiter.acquire(controller.signal);
    controller.abort();
    expect(await waiting).toBeUndefined();
    expect(await limiter.acquire(controller.signal)).toBeUndefined();
    expect(limiter.waiting()).toBe(0);
  });

  it("counts a place given back twice once", () => {
    const limiter = createLimiter({ concurrencyMax: 2, waitersMax: 0 });
    const release = limiter.tryAcquire();
    limiter.tryAcquire();
    release?.();
    release?.();
    expect(limiter.active()).toBe(1);
  });

  it("is idle at once without work, and when the last of it has ended", async () => {
    const limiter = createLimiter({ concurrencyMax: 1, waitersMax: 1 });
    await limiter.idle();
    const release = limiter.tryAcquire();
    const waiting = limiter.acquire(never);
    let idle = false;
    const whenIdle = limiter.idle().then(() => {
      idle = true;
    });
    release?.();
    const last = await waiting;
    expect(idle).toBe(false);
    last?.();
    await whenIdle;
  });

  it("never holds more than its bounds, and loses no place, whatever happens", async () => {
    const steps = fc.array(fc.constantFrom("arrive", "abort", "end"), { maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 0, max: 3 }),
        steps,
        async (max, waiters, run) => {
          const limiter = createLimiter({ concurrencyMax: max, waitersMax: waiters });
          const held: Release[] = [];
          const controllers: AbortController[] = [];
          for (const step of run) {
            if (step === "end") held.shift()?.();
            if (step === "abort") controllers.shift()?.abort();
            if (step === "arrive") {
              const place = limiter.tryAcquire();
              if (place) held.push(place);
              else if (limiter.canWait()) {
                const controller = new AbortController();
                controllers.push(controller);
                void limiter.acquire(controller.signal).then((later) => later && held.push(later));
              }
            }
            await Promise.resolve();
            expect(limiter.active()).toBeLessThanOrEqual(max);
            expect(limiter.waiting()).toBeLessThanOrEqual(waiters);
            if (limiter.waiting() > 0) expect(limiter.active()).toBe(max);
          }
          for (const controller of controllers) controller.abort();
          await Promise.resolve();
          for (let place = held.shift(); place; place = held.shift()) {
            place();
            await Promise.resolve();
          }
          expect([limiter.active(), limiter.waiting()]).toEqual([0, 0]);
        },
      ),
    );
  });
});
