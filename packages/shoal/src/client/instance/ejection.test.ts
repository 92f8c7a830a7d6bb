import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../testing/seeded-random.ts";
import { SERVICE_DEFAULTS } from "../policy.ts";
import { createEjection, type Sample, type Turn } from "./ejection.ts";

const yes = () => true;
const start = (random = () => 1) => createEjection(SERVICE_DEFAULTS, random, 0);

/** Fails it out at `nowMs`. */
function ejected(nowMs = 0, random = () => 1) {
  const ejection = start(random);
  for (let failure = 0; failure < 5; failure += 1) ejection.record("bad", "usual", nowMs, yes);
  return ejection;
}

describe("createEjection", () => {
  it("takes an instance out after five failures in a row, not after four", () => {
    const ejection = start();
    for (let failure = 0; failure < 4; failure += 1) ejection.record("bad", "usual", 0, yes);
    expect(ejection.status(0)).toBe("in");
    expect(ejection.record("bad", "usual", 0, yes)).toBe("ejected");
    expect(ejection.status(0)).toBe("out");
  });

  it("begins the run anew after a success", () => {
    const ejection = start();
    for (const sample of ["bad", "bad", "bad", "bad", "good", "bad", "bad", "bad", "bad"] as const) {
      ejection.record(sample, "usual", 0, yes);
    }
    expect(ejection.status(0)).toBe("in");
  });

  it("takes one back in that answers a request it got in a panic, but not for one begun before it went out", () => {
    const ejection = ejected();
    expect(ejection.record("good", "usual", 1, yes)).toBeUndefined();
    expect(ejection.begin(2)).toBe("panic");
    expect(ejection.record("bad", "panic", 3, yes)).toBeUndefined();
    expect(ejection.record("good", "panic", 4, yes)).toBe("readmitted");
    expect(ejection.status(4)).toBe("in");
  });

  it("tells when one recovers that only might not go out, and forgets its failures", () => {
    const ejection = start();
    for (let failure = 0; failure < 50; failure += 1) ejection.record("bad", "usual", 0, () => false);
    expect(ejection.record("good", "usual", 1, yes)).toBe("recovered");
    expect(ejection.isWell(1)).toBe(true);
    for (let call = 0; call < 20; call += 1) expect(ejection.record("good", "usual", 2, yes)).toBeUndefined();
    expect(ejection.record("bad", "usual", 2, yes)).toBeUndefined();
  });

  it("is not well when it fails too often, whether it may go out or not", () => {
    const ejection = start();
    expect(ejection.isWell(0)).toBe(true);
    for (let failure = 0; failure < 5; failure += 1) ejection.record("bad", "usual", 0, () => false);
    expect([ejection.status(0), ejection.isWell(0)]).toEqual(["in", false]);
    ejection.record("good", "usual", 1, yes);
    expect(ejection.isWell(1)).toBe(true);
    expect(ejected().isWell(0)).toBe(false);
  });

  it("takes out one that fails every third time, once it has twenty samples", () => {
    const ejection = start();
    const samples = Array.from({ length: 21 }, (_, index): Sample => (index % 3 === 2 ? "bad" : "good"));
    const changes = samples.map((sample, index) => ejection.record(sample, "usual", index * 100, yes));
    expect(changes.indexOf("ejected")).toBe(20);
  });

  it("does not go by what failed before the window", () => {
    const ejection = start();
    for (let pair = 0; pair < 8; pair += 1) {
      ejection.record("bad", "usual", 0, yes);
      ejection.record("good", "usual", 0, yes);
    }
    for (let call = 0; call < 17; call += 1) ejection.record("good", "usual", 3_600_000, yes);
    for (let call = 0; call < 3; call += 1) ejection.record("bad", "usual", 3_600_000, yes);
    expect(ejection.status(3_600_000)).toBe("in");
  });

  it("counts a 429 for the share but not for the run, and a nack for neither", () => {
    const throttled = start();
    for (let call = 0; call < 19; call += 1) throttled.record("soft", "usual", 0, yes);
    expect(throttled.status(0)).toBe("in");
    expect(throttled.record("soft", "usual", 0, yes)).toBe("ejected");
    const nacked = start();
    for (let call = 0; call < 100; call += 1) nacked.record("busy", "usual", 0, yes);
    expect(nacked.status(0)).toBe("in");
    const unsent = start();
    for (let call = 0; call < 100; call += 1) unsent.record("nothing", "usual", 0, yes);
    expect([unsent.status(0), unsent.isWell(0)]).toEqual(["in", true]);
  });

  it("stays in as long as no less than the share asked for succeeds", () => {
    const { ejectionRatioMin } = SERVICE_DEFAULTS;
    const ejection = start();
    for (let call = 0; call < 100; call += 1) {
      ejection.record(call < 100 * ejectionRatioMin ? "good" : "soft", "usual", 0, yes);
    }
    expect(ejection.isWell(0)).toBe(true);
    expect(ejection.record("soft", "usual", 0, yes)).toBe("ejected");
  });

  it("judges one that is back by what it does from then on", () => {
    const ejection = start();
    for (let call = 0; call < 200; call += 1) ejection.record("good", "usual", 0, yes);
    for (let failure = 0; failure < 5; failure += 1) ejection.record("bad", "usual", 0, yes);
    ejection.record("good", ejection.begin(1_000), 1_000, yes);
    for (let call = 0; call < 19; call += 1) expect(ejection.record("soft", "usual", 1_000, yes)).toBeUndefined();
    expect(ejection.record("soft", "usual", 1_000, yes)).toBe("ejected");
  });

  it("lets exactly one probe through when its time is over", () => {
    const ejection = ejected();
    expect(ejection.begin(999)).toBe("panic");
    expect(ejection.status(1_000)).toBe("due");
    expect(ejection.begin(1_000)).toBe("probe");
    expect(ejection.status(1_000)).toBe("out");
    expect(ejection.begin(1_000)).toBe("panic");
    expect(ejection.record("good", "probe", 1_001, yes)).toBe("readmitted");
    expect(ejection.status(1_001)).toBe("in");
  });

  it.each<Sample>(["bad", "soft", "busy"])("stays out twice as long after a probe that ends %s", (sample) => {
    const ejection = ejected();
    ejection.begin(1_000);
    ejection.record(sample, "probe", 1_000, yes);
    expect(ejection.status(2_999)).toBe("out");
    expect(ejection.status(3_000)).toBe("due");
  });

  it("ignores the end of a probe when a request in a panic has brought it back meanwhile", () => {
    const ejection = ejected();
    expect([ejection.begin(1_000), ejection.begin(1_000)]).toEqual(["probe", "panic"]);
    ejection.record("good", "panic", 1_001, yes);
    expect(ejection.record("bad", "probe", 1_002, yes)).toBeUndefined();
    expect(ejection.status(1_002)).toBe("in");
  });

  it("may be probed at once when its neighbours are well again, and one that is due does not wait anew", () => {
    const ejection = ejected();
    ejection.hasten(300);
    expect([ejection.probeAtMs(), ejection.dueSinceMs(299), ejection.dueSinceMs(300)]).toEqual([300, undefined, 300]);
    ejection.hasten(900);
    expect(ejection.dueSinceMs(900)).toBe(300);
    ejection.begin(900);
    ejection.hasten(950);
    expect([ejection.status(2_000), ejection.probeAtMs()]).toEqual(["out", undefined]);
    const well = start();
    well.hasten(0);
    expect([well.status(0), well.begin(0)]).toEqual(["in", "usual"]);
  });

  it("gives a probe back that said nothing", () => {
    const ejection = ejected();
    ejection.begin(1_000);
    ejection.record("nothing", "probe", 1_500, yes);
    expect(ejection.status(1_500)).toBe("due");
  });

  it("ignores what was begun before it went out", () => {
    const ejection = ejected();
    expect(ejection.record("good", "usual", 500, yes)).toBeUndefined();
    expect(ejection.status(500)).toBe("out");
  });

  it("stays in while too many others are out, and goes when it may", () => {
    const ejection = start();
    for (let failure = 0; failure < 9; failure += 1) ejection.record("bad", "usual", 0, () => false);
    expect(ejection.status(0)).toBe("in");
    expect(ejection.record("bad", "usual", 0, yes)).toBe("ejected");
  });

  it("keeps one that flaps out for longer each time, up to a minute, and forgets after a minute in", () => {
    const ejection = start();
    let nowMs = 0;
    const outMs: number[] = [];
    for (let round = 0; round < 8; round += 1) {
      for (let failure = 0; failure < 5; failure += 1) ejection.record("bad", "usual", nowMs, yes);
      const from = nowMs;
      while (ejection.status(nowMs) !== "due") nowMs += 500;
      outMs.push(nowMs - from);
      ejection.begin(nowMs);
      ejection.record("good", "probe", nowMs, yes);
      if (round === 5) nowMs += 60_000; // as long as it is out at most, and not longer
      if (round === 6) nowMs += 60_500;
    }
    expect(outMs).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 1_000]);
  });

  it("has at most one probe in flight and is never out for longer than it says, whatever happens", () => {
    const step = fc.record({
      gapMs: fc.oneof(fc.integer({ min: 0, max: 2_000 }), fc.constant(0), fc.constant(1e9)),
      kind: fc.constantFrom("begin", "end"),
      sample: fc.constantFrom<Sample>("good", "bad", "bad", "soft", "busy", "nothing"),
    });
    fc.assert(
      fc.property(fc.integer(), fc.array(step, { maxLength: 400 }), (seed, steps) => {
        const ejection = createEjection(SERVICE_DEFAULTS, seededRandom(seed), 0);
        const inFlight: Turn[] = [];
        let nowMs = 0;
        for (const { gapMs, kind, sample } of steps) {
          nowMs += gapMs;
          if (kind === "begin") inFlight.push(ejection.begin(nowMs));
          else if (inFlight.length > 0) ejection.record(sample, inFlight.shift() ?? "usual", nowMs, yes);
          const probes = inFlight.filter((turn) => turn === "probe").length;
          expect(probes).toBeLessThanOrEqual(1);
          if (probes === 0 && ejection.status(nowMs) === "out") expect(ejection.status(nowMs + 60_000)).toBe("due");
        }
      }),
    );
  });
});
