import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../testing/seeded-random.ts";
import { SERVICE_DEFAULTS } from "../policy.ts";
import { createAdmission } from "./admission.ts";

/** `count` calls, evenly spread from `startMs` on; each that is sent is answered at once, `isNacked` says how. */
function offer(
  admission: ReturnType<typeof createAdmission>,
  { startMs, endMs, perSecond }: { readonly startMs: number; readonly endMs: number; readonly perSecond: number },
  isNacked: (nowMs: number) => boolean,
  random = seededRandom(1),
) {
  let offered = 0;
  let sent = 0;
  for (let nowMs = startMs; nowMs < endMs; nowMs += 1_000 / perSecond) {
    offered += 1;
    if (random() < admission.offer("default", nowMs)) continue;
    sent += 1;
    const mark = admission.send("default", nowMs);
    if (isNacked(nowMs)) admission.nacked("default", mark, nowMs);
  }
  return { offered, sent };
}

const always = () => true;
const never = () => false;

describe("createAdmission", () => {
  it("holds nothing back while half of the requests and more get through", () => {
    const admission = createAdmission(SERVICE_DEFAULTS, 0);
    let count = 0;
    offer(admission, { startMs: 0, endMs: 60_000, perSecond: 50 }, () => count++ % 2 === 0);
    expect(admission.share(60_000)).toBe(0);
  });

  it("holds back in proportion below that: half of the calls when a quarter gets through", () => {
    const admission = createAdmission(SERVICE_DEFAULTS, 0);
    for (let request = 0; request < 1_000; request += 1) {
      admission.offer("default", 0);
      const mark = admission.send("default", 0);
      if (request % 4 !== 0) admission.nacked("default", mark, 0);
    }
    expect(admission.share(0)).toBeCloseTo(0.5);
    expect(admission.nackedShare("default", 0)).toBeCloseTo(0.75);
  });

  it("goes by each criticality's own refusals: a service refuses what matters least first", () => {
    const admission = createAdmission(SERVICE_DEFAULTS, 0);
    for (let request = 0; request < 1_000; request += 1) {
      admission.offer("sheddable", 0);
      admission.nacked("sheddable", admission.send("sheddable", 0), 0);
      admission.offer("critical", 0);
      admission.send("critical", 0);
    }
    expect(admission.offer("sheddable", 0)).toBe(0.75);
    expect(admission.offer("critical", 0)).toBe(0);
    expect(admission.offer("default", 0)).toBe(0);
    expect(admission.share(0)).toBe(0.75);
  });

  it("lets a quarter of the calls through, whatever is refused, and so finds out that the service is back", () => {
    const admission = createAdmission(SERVICE_DEFAULTS, 0);
    offer(admission, { startMs: 0, endMs: 30_000, perSecond: 100 }, always);
    const { offered, sent } = offer(admission, { startMs: 30_000, endMs: 130_000, perSecond: 100 }, always);
    expect(sent / offered).toBeGreaterThan(0.24);
    expect(sent / offered).toBeLessThan(0.26);
    const back = offer(admission, { startMs: 130_000, endMs: 160_000, perSecond: 100 }, never);
    expect(back.sent).toBeLessThan(back.offered);
    expect(admission.share(160_000)).toBe(0);
    expect(admission.nackedShare("default", 160_000)).toBe(0);
  });

  it("leaves a client alone that calls less often than five times a second, however much is refused", () => {
    const admission = createAdmission(SERVICE_DEFAULTS, 0);
    const { offered, sent } = offer(admission, { startMs: 0, endMs: 120_000, perSecond: 4 }, always);
    expect(sent).toBe(offered);
  });

  it("holds back from the call on that makes it five a second over the window", () => {
    const admission = createAdmission(SERVICE_DEFAULTS, 0);
    const share = () => {
      const held = admission.offer("default", 0);
      admission.nacked("default", admission.send("default", 0), 0);
      return held;
    };
    expect(Array.from({ length: 149 }, share)).toEqual(Array(149).fill(0));
    expect(share()).toBe(0.75);
  });

  it("does not count a request that was taken back", () => {
    const admission = createAdmission(SERVICE_DEFAULTS, 0);
    for (let request = 0; request < 300; request += 1) {
      admission.offer("default", 0);
      const mark = admission.send("default", 0);
      if (request % 2 === 0) admission.nacked("default", mark, 0);
      else admission.takeBack("default", mark, 0);
    }
    expect(admission.nackedShare("default", 0)).toBe(1);
  });

  it("goes by the calls that are asked for, held back or not: else it would switch itself off", () => {
    const admission = createAdmission(SERVICE_DEFAULTS, 0);
    offer(admission, { startMs: 0, endMs: 60_000, perSecond: 10 }, always);
    // 2.5 of 10 a second go out, which is less than 5
    expect(admission.share(59_999)).toBe(0.75);
  });

  it("counts what is under way, so that a slow service is not taken for one that refuses, nor for an idle one", () => {
    const admission = createAdmission(SERVICE_DEFAULTS, 0);
    for (let request = 0; request < 200; request += 1) {
      admission.offer("default", 0);
      admission.send("default", 0);
    }
    for (let request = 0; request < 20; request += 1) {
      admission.offer("default", 100);
      admission.nacked("default", admission.send("default", 100), 100);
    }
    expect(admission.share(100)).toBe(0);
  });

  it("can be switched off", () => {
    const admission = createAdmission({ ...SERVICE_DEFAULTS, throttleRatioMin: 0 }, 0);
    const { offered, sent } = offer(admission, { startMs: 0, endMs: 60_000, perSecond: 50 }, always);
    expect(sent).toBe(offered);
    expect(admission.share(60_000)).toBe(0);
  });

  it("never holds back more than its maximum nor below its rate, and is open again a window after the last refusal", () => {
    const phase = fc.record({
      forMs: fc.oneof(fc.integer({ min: 1, max: 20_000 }), fc.constant(3_600_000)),
      calls: fc.integer({ min: 0, max: 200 }),
      nackedOf10: fc.integer({ min: 0, max: 10 }),
      delayMs: fc.constantFrom(0, 500, 40_000),
    });
    fc.assert(fc.property(fc.array(phase, { maxLength: 12 }), fc.constantFrom(0, 0.5, 0.75), fc.nat(), checkBounds));
  });
});

interface Phase {
  readonly forMs: number;
  readonly calls: number;
  readonly nackedOf10: number;
  readonly delayMs: number;
}

function checkBounds(phases: readonly Phase[], throttleShareMax: number, seed: number): void {
  const admission = createAdmission({ ...SERVICE_DEFAULTS, throttleShareMax }, 0);
  const random = seededRandom(seed);
  const offers: number[] = [];
  let due: { readonly mark: number; readonly atMs: number }[] = [];
  let nowMs = 0;
  const answer = () => {
    for (const { mark } of due.filter(({ atMs }) => atMs <= nowMs)) admission.nacked("default", mark, nowMs);
    due = due.filter(({ atMs }) => atMs > nowMs);
  };
  const call = ({ nackedOf10, delayMs }: Phase) => {
    offers.push(nowMs);
    const share = admission.offer("default", nowMs);
    expect(share).toBeGreaterThanOrEqual(0);
    expect(share).toBeLessThanOrEqual(throttleShareMax);
    if (offers.filter((atMs) => atMs > nowMs - 30_000).length < 150) expect(share).toBe(0);
    if (random() < share) return;
    const mark = admission.send("default", nowMs);
    if (random() * 10 < nackedOf10) due.push({ mark, atMs: nowMs + delayMs });
  };
  for (const phase of phases) {
    for (let count = 0; count < phase.calls; count += 1) {
      nowMs += phase.forMs / phase.calls;
      answer();
      call(phase);
    }
  }
  nowMs += 40_000;
  answer();
  expect(admission.share(nowMs + 30_000)).toBe(0);
}
