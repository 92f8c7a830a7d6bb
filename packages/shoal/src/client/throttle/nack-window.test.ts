import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createNackWindow } from "./nack-window.ts";

describe("createNackWindow", () => {
  it("knows no refusal before anything was sent", () => {
    expect(createNackWindow(10_000, 0).ratio(5_000)).toBe(1);
  });

  it("counts a request when it is sent, not when it ends", () => {
    const window = createNackWindow(10_000, 0);
    const marks = Array.from({ length: 10 }, () => window.send(0));
    window.nacked(marks[0] ?? 0, 100);
    expect(window.ratio(100)).toBeCloseTo(0.9); // nine are under way, and not refused so far
  });

  it("counts a nack where its request counts, so that both leave together", () => {
    const window = createNackWindow(10_000, 0);
    const mark = window.send(0);
    window.send(8_000);
    window.nacked(mark, 9_500);
    expect(window.ratio(9_500)).toBe(0.5);
    expect(window.ratio(10_500)).toBe(1);
  });

  it("learns of refusals that take longer than its window", () => {
    const window = createNackWindow(1_000, 0);
    for (let second = 0; second < 10; second += 1) {
      const mark = window.send(second * 1_000);
      window.nacked(mark, second * 1_000 + 5_000);
    }
    expect(window.ratio(14_000)).toBe(0);
  });

  it("forgets what was taken back", () => {
    const window = createNackWindow(10_000, 0);
    const refused = window.send(0);
    const unsent = window.send(0);
    window.nacked(refused, 1);
    window.takeBack(unsent, 1);
    expect(window.ratio(1)).toBe(0);
    const old = window.send(1);
    window.takeBack(old, 3_600_000);
    expect(window.ratio(3_600_000)).toBe(1);
    window.nacked(window.send(3_600_000), 3_600_000);
    expect(window.ratio(3_600_000)).toBe(0);
  });

  it("moves on with whatever happens first after a rest", () => {
    const window = createNackWindow(10_000, 0);
    window.offer(0);
    window.nacked(window.send(0), 0);
    expect(window.offered(10_000)).toBe(0);
    const mark = window.send(60_000);
    window.send(60_000);
    window.nacked(mark, 60_000);
    expect(window.ratio(60_000)).toBe(0.5);
  });

  it("has a share from 0 to 1, and forgets by the clock, whatever happens in whatever order", () => {
    const step = fc.record({
      gapMs: fc.oneof(fc.integer({ min: 0, max: 3_000 }), fc.constant(0), fc.constant(1e9)),
      kind: fc.constantFrom("send" as const, "nack" as const, "take back" as const, "offer" as const),
    });
    fc.assert(
      fc.property(fc.integer({ min: -100_000, max: 1e9 }), fc.array(step), (startMs, steps) => {
        const window = createNackWindow(10_000, startMs);
        const open: number[] = [];
        const offers: number[] = [];
        let nowMs = startMs;
        for (const { gapMs, kind } of steps) {
          nowMs += gapMs;
          const mark = kind === "nack" || kind === "take back" ? open.shift() : undefined;
          const does = {
            send: () => open.push(window.send(nowMs)),
            offer: () => {
              window.offer(nowMs);
              offers.push(nowMs);
            },
            nack: () => mark !== undefined && window.nacked(mark, nowMs),
            "take back": () => mark !== undefined && window.takeBack(mark, nowMs),
          };
          does[kind]();
          expect(window.ratio(nowMs)).toBeGreaterThanOrEqual(0);
          expect(window.ratio(nowMs)).toBeLessThanOrEqual(1);
          const offered = window.offered(nowMs);
          expect(offered).toBeGreaterThanOrEqual(offers.filter((atMs) => atMs > nowMs - 9_000).length);
          expect(offered).toBeLessThanOrEqual(offers.filter((atMs) => atMs > nowMs - 10_000 - 1e-6).length);
        }
        expect(window.ratio(nowMs + 10_000)).toBe(1);
        expect(window.offered(nowMs + 10_000)).toBe(0);
      }),
    );
  });
});
