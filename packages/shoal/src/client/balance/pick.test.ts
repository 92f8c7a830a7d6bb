import { describe, expect, it } from "vitest";
import { seededRandom } from "../../testing/seeded-random.ts";
import { createEjection } from "../instance/ejection.ts";
import { createFailFast } from "../instance/fail-fast.ts";
import { SERVICE_DEFAULTS } from "../policy.ts";
import { createLoad } from "./load.ts";
import { type Candidate, medianCostMs, pick } from "./pick.ts";

const never = () => 0;

function candidate(id: string, rttMs?: number): Candidate {
  const load = createLoad();
  if (rttMs !== undefined) {
    load.begin();
    load.end({ costMs: rttMs, rttMs }, 0);
  }
  return { id, load, ejection: createEjection(SERVICE_DEFAULTS, () => 1, 0), failFast: createFailFast(never) };
}

function eject({ ejection }: Candidate): void {
  for (let failure = 0; failure < 5; failure += 1) ejection.record("bad", "usual", 0, () => true);
}

/** How often each is picked. */
function shares(all: readonly Candidate[], picks = 1_000, nowMs = 0): Record<string, number> {
  const random = seededRandom(7);
  const counts: Record<string, number> = {};
  for (let count = 0; count < picks; count += 1) {
    const id = pick(all, all, { idempotent: true, nowMs, random })?.id ?? "none";
    counts[id] = (counts[id] ?? 0) + 1;
  }
  return counts;
}

const at = (nowMs: number, idempotent = true) => ({ idempotent, nowMs, random: seededRandom(1) });

describe("pick", () => {
  it("picks nothing of nothing, and the one there is", () => {
    expect(pick([], [], at(0))).toBeUndefined();
    const one = candidate("a");
    eject(one);
    expect(pick([one], [one], at(0))).toBe(one);
  });

  it("spreads over equals", () => {
    const all = ["a", "b", "c", "d"].map((id) => candidate(id, 10));
    for (const share of Object.values(shares(all))) expect(share).toBeGreaterThan(200);
  });

  it("never picks the slowest of all while another stands beside it", () => {
    const all = [candidate("a", 10), candidate("b", 10), candidate("slow", 100)];
    expect(shares(all)["slow"]).toBeUndefined();
  });

  it("weighs the round trip with what is in flight", () => {
    const busy = candidate("busy", 10);
    for (let call = 0; call < 10; call += 1) busy.load.begin();
    expect(shares([busy, candidate("slower", 50)])).toEqual({ slower: 1_000 });
  });

  it("takes one never measured to be like its peers, one request at a time", () => {
    const fresh = candidate("fresh");
    const all = [candidate("a", 1), fresh];
    expect(shares(all)["fresh"]).toBeGreaterThan(300);
    fresh.load.begin();
    expect(shares(all)).toEqual({ a: 1_000 });
  });

  it("passes by one that is out or refuses", () => {
    const [out, refusing] = [candidate("out", 1), candidate("refusing", 1)];
    eject(out);
    refusing.failFast.refused(0);
    const all = [out, refusing, candidate("a", 100), candidate("b", 100), candidate("c", 100)];
    expect(Object.keys(shares(all)).sort()).toEqual(["a", "b", "c"]);
  });

  it("gives a due probe to an idempotent call at once, and to another after a second", () => {
    const out = candidate("out", 1);
    eject(out);
    const all = [out, candidate("a", 1), candidate("b", 1)];
    expect(pick(all, all, at(999))).not.toBe(out);
    expect(pick(all, all, at(1_000))).toBe(out);
    expect(pick(all, all, at(1_000, false))).not.toBe(out);
    expect(pick(all, all, at(2_000, false))).toBe(out);
  });

  it("tries one that refused as soon as its pause is over: half-known, it would spoil the choice of two", () => {
    const refusing = candidate("refusing", 1);
    refusing.failFast.refused(0);
    refusing.load.begin();
    refusing.load.end({ costMs: 5_000, rttMs: 1 }, 0);
    const all = [refusing, candidate("a", 1), candidate("slow", 200)];
    expect(shares(all, 100, 999)).toEqual({ a: 100 });
    expect(pick(all, all, at(1_000))).toBe(refusing);
    refusing.failFast.begin(1_000);
    expect(shares(all, 100, 1_000)).toEqual({ a: 100 });
  });

  it("ignores ejection when fewer than half are left", () => {
    const all = ["a", "b", "c"].map((id) => candidate(id, 10));
    for (const one of all.slice(0, 2)) eject(one);
    expect(Object.keys(shares(all)).sort()).toEqual(["a", "b", "c"]);
  });

  it("ignores ejection when those left in fail as well and only may not go out", () => {
    const all = ["a", "b", "c", "d", "e"].map((id) => candidate(id, 10));
    for (const one of all.slice(0, 2)) eject(one);
    expect(Object.keys(shares(all)).sort()).toEqual(["c", "d", "e"]);
    for (const { ejection } of all.slice(2)) {
      for (let failure = 0; failure < 5; failure += 1) ejection.record("bad", "usual", 0, () => false);
    }
    expect(Object.keys(shares(all)).sort()).toEqual(["a", "b", "c", "d", "e"]);
  });

  it("picks nothing when all candidates refuse", () => {
    const one = candidate("a");
    one.failFast.refused(0);
    expect(pick([one], [one], at(0))).toBeUndefined();
  });

  it("leaves a call without a fit candidate rather than send it to one that is out", () => {
    const out = candidate("out", 1);
    eject(out);
    expect(pick([out, candidate("a", 1)], [out], at(0))).toBeUndefined();
  });
});

describe("medianCostMs", () => {
  it("is that of the measured ones", () => {
    expect(medianCostMs([candidate("a")], 0)).toBeUndefined();
    expect(medianCostMs([candidate("a", 1), candidate("b"), candidate("c", 5), candidate("d", 100)], 0)).toBe(5);
  });
});
