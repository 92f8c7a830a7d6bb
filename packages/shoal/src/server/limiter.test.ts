import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLimiter, type Limiter, type Release } from "./limiter.ts";

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
    const waitAs = async (name: string) => {
      const place = await limiter.acquire(never);
      order.push(name);
      return place;
    };
    const first = waitAs("first");
    const second = waitAs("second");
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
    const steps = fc.array(fc.constantFrom<keyof Crowd>("arrive", "abort", "end"), { maxLength: 200 });
    const small = fc.integer({ min: 0, max: 3 });
    await fc.assert(
      fc.asyncProperty(small, small, steps, async (more, waitersMax, run) => {
        const concurrencyMax = more + 1;
        const limiter = createLimiter({ concurrencyMax, waitersMax });
        const crowd = crowdAt(limiter);
        for (const step of run) {
          crowd[step]();
          await Promise.resolve();
          expect(limiter.active()).toBeLessThanOrEqual(concurrencyMax);
          expect(limiter.waiting()).toBeLessThanOrEqual(waitersMax);
          if (limiter.waiting() > 0) expect(limiter.active()).toBe(concurrencyMax);
        }
        for (let rest = 0; rest < 200; rest += 1) {
          crowd.abort();
          crowd.end();
          await Promise.resolve();
        }
        expect([limiter.active(), limiter.waiting()]).toEqual([0, 0]);
      }),
    );
  });
});

type Crowd = ReturnType<typeof crowdAt>;

/** Some who come, some who go away while they wait, and some who are done. */
function crowdAt(limiter: Limiter) {
  const held: Release[] = [];
  const waiting: AbortController[] = [];
  return {
    end: () => held.shift()?.(),
    abort: () => waiting.shift()?.abort(),
    arrive() {
      const place = limiter.tryAcquire();
      if (place) held.push(place);
      else if (limiter.canWait()) {
        const controller = new AbortController();
        waiting.push(controller);
        void limiter.acquire(controller.signal).then((later) => later && held.push(later));
      }
    },
  };
}
