import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { createSampler, samplingFrom } from "./sampling.ts";

describe("samplingFrom", () => {
  it.each([
    [{}, { kind: "all" }],
    [{ SHOAL_REALM: "local" }, { kind: "all" }],
    [{ SHOAL_REALM: "prod" }, { kind: "rate", perSecond: 10 }],
    [{ SHOAL_REALM: "prod", SHOAL_SAMPLING: "all" }, { kind: "all" }],
    [{ SHOAL_SAMPLING: "none" }, { kind: "none" }],
    [{ SHOAL_SAMPLING: "2.5" }, { kind: "rate", perSecond: 2.5 }],
    [{ SHOAL_SAMPLING: "0" }, { kind: "rate", perSecond: 0 }],
    [{ SHOAL_SAMPLING: "-1" }, { kind: "all" }],
    [
      { SHOAL_SAMPLING: "often", SHOAL_REALM: "prod" },
      { kind: "rate", perSecond: 10 },
    ],
  ])("reads %j", (env, sampling) => {
    expect(samplingFrom(env)).toEqual(sampling);
  });
});

describe("createSampler", () => {
  it("takes all or none when told so", () => {
    const clock = createVirtualClock();
    expect(createSampler({ kind: "all" }, clock)()).toBe(true);
    expect(createSampler({ kind: "none" }, clock)()).toBe(false);
    expect(createSampler({ kind: "rate", perSecond: 0 }, clock)()).toBe(false);
  });

  it("never takes more than the rate allows, whatever the pauses, and the first at once", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: 0.1, max: 100, noNaN: true }),
        fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 50 }),
        async (perSecond, pauses) => {
          const clock = createVirtualClock();
          const sample = createSampler({ kind: "rate", perSecond }, clock);
          let taken = sample() ? 1 : 0;
          expect(taken).toBe(1);
          for (const pauseMs of pauses) {
            await clock.advance(pauseMs);
            for (let call = 0; call < 20; call += 1) if (sample()) taken += 1;
          }
          expect(taken).toBeLessThanOrEqual(Math.max(1, perSecond) + (clock.now() / 1_000) * perSecond + 1e-6);
        },
      ),
    );
  });
});
