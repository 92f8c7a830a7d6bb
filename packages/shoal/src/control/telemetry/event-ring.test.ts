import { expect, it } from "vitest";
import { createEventRing, RING_STEPS, STEP_MS } from "./event-ring.ts";

const T0 = 1_800_000_000_000;

it("gives the rate that was, however reports fall into its steps", () => {
  const ring = createEventRing();
  // 50 a second, reported each 2.3 s
  for (let atMs = T0; atMs < T0 + 30_000; atMs += 2_000) ring.add("call", 100, atMs + 300 - 2_000, atMs + 300);
  expect(ring.perSecond("call", T0 + 29_000)).toBeCloseTo(50, 6);
  expect(ring.lastMinute("call", T0 + 29_000)).toBe(1_500);
});

it("divides what is young by less than ten seconds", () => {
  const ring = createEventRing();
  for (let at = 1; at <= 4; at += 1) ring.add("call", 20, T0 + (at - 1) * 2_000, T0 + at * 2_000);
  expect(ring.perSecond("call", T0 + 8_000)).toBeCloseTo(10, 6);
  expect(ring.perSecond("call", T0)).toBe(0);
});

it("forgets after ten minutes", () => {
  const ring = createEventRing();
  ring.add("call", 7, T0 - 100, T0);
  expect(ring.events(T0)).toEqual(["call"]);
  expect(ring.lastMinute("call", T0 + 61_000 + STEP_MS)).toBe(0);
  expect(ring.events(T0 + (RING_STEPS + 1) * STEP_MS)).toEqual([]);
  expect(ring.events(T0 + 10 * RING_STEPS * STEP_MS)).toEqual([]);
});

it("tells each step of a stretch of time", () => {
  const ring = createEventRing();
  ring.add("retry", 4, T0, T0 + STEP_MS);
  ring.add("retry", 2, T0 + 2 * STEP_MS, T0 + 3 * STEP_MS);
  expect(ring.series("retry", T0 - STEP_MS, T0 + 4 * STEP_MS)).toEqual([0, 4, 0, 2, 0]);
  expect(ring.series("hedge", T0, T0 + 2 * STEP_MS)).toEqual([0, 0]);
});

it("goes on when the clock is set back", () => {
  const ring = createEventRing();
  ring.add("call", 10, T0, T0 + 1_000);
  ring.add("call", 10, T0 - 3_600_000 - 1_000, T0 - 3_600_000);
  expect(ring.lastMinute("call", T0 - 3_600_000)).toBe(10);
});
