import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../testing/seeded-random.ts";
import { createEjection } from "../instance/ejection.ts";
import { createFailFast } from "../instance/fail-fast.ts";
import { SERVICE_DEFAULTS } from "../policy.ts";
import { createLoad } from "./load.ts";
import { type PickRequest, pick } from "./pick.ts";
import { referencePick } from "./reference-pick.ts";
import { type Candidate, survey } from "./survey.ts";

const never = () => 0;
const yes = () => true;

function candidate(id: string, rttMs?: number, zone = "here"): Candidate {
  const load = createLoad();
  if (rttMs !== undefined) {
    load.begin(0);
    load.end({ costMs: rttMs, rttMs }, 0);
  }
  return { id, zone, load, ejection: createEjection(SERVICE_DEFAULTS, () => 1, 0), failFast: createFailFast(never) };
}

/** Picks one of `all`, whom a process in the zone "here" is to keep to; of `candidates` only, where given. */
function pickFrom(
  all: readonly Candidate[],
  request: Omit<PickRequest, "tried" | "mayProbe">,
  candidates: readonly Candidate[] = all,
): Candidate | undefined {
  const tried = new Set(all.filter((one) => !candidates.includes(one)).map(({ id }) => id));
  return pick(surveyOf(all, request.nowMs), { ...request, tried, mayProbe: yes });
}

function surveyOf(all: readonly Candidate[], nowMs: number) {
  const others = all.filter(({ zone }) => zone !== "here");
  const local = all.filter(({ zone }) => zone === "here");
  return survey({ local, others, localPresence: 1, othersPresence: 1, overprovision: 1.4 }, nowMs);
}

function eject({ ejection }: Candidate): void {
  for (let failure = 0; failure < 5; failure += 1) ejection.record("bad", "usual", 0, () => true);
}

/** How often each is picked. */
function shares(all: readonly Candidate[], picks = 1_000, nowMs = 0): Record<string, number> {
  const random = seededRandom(7);
  const counts: Record<string, number> = {};
  for (let count = 0; count < picks; count += 1) {
    const id = pickFrom(all, { idempotent: true, nowMs, random })?.id ?? "none";
    counts[id] = (counts[id] ?? 0) + 1;
  }
  return counts;
}

const at = (nowMs: number, idempotent = true) => ({ idempotent, nowMs, random: seededRandom(1) });

describe("pick", () => {
  it("picks nothing of nothing, and the one there is", () => {
    expect(pickFrom([], at(0))).toBeUndefined();
    const one = candidate("a");
    eject(one);
    expect(pickFrom([one], at(0))).toBe(one);
  });

  it("spreads over equals", () => {
    const all = ["a", "b", "c", "d"].map((id) => candidate(id, 10));
    for (const share of Object.values(shares(all))) expect(share).toBeGreaterThan(200);
  });

  it("never picks the slowest of all while another stands beside it", () => {
    const all = [candidate("a", 10), candidate("b", 10), candidate("slow", 100)];
    expect(shares(all)["slow"]).toBeUndefined();
  });

  it("takes one never measured to be like those in rotation, whatever the others cost when they went out", () => {
    const out = ["x", "y", "z"].map((id) => candidate(id, 5_000));
    const all = [...out, ...["a", "b", "c"].map((id) => candidate(id, 10)), candidate("fresh")];
    for (const one of out) eject(one);
    expect(shares(all)["fresh"]).toBeGreaterThan(150);
  });

  it("weighs the round trip with what is in flight", () => {
    const busy = candidate("busy", 10);
    for (let call = 0; call < 10; call += 1) busy.load.begin(0);
    expect(shares([busy, candidate("slower", 50)])).toEqual({ slower: 1_000 });
  });

  it("takes one never measured to be like its peers, one request at a time", () => {
    const fresh = candidate("fresh");
    const all = [candidate("a", 1), fresh];
    expect(shares(all)["fresh"]).toBeGreaterThan(300);
    fresh.load.begin(0);
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
    expect(pickFrom(all, at(999))).not.toBe(out);
    expect(pickFrom(all, at(1_000))).toBe(out);
    expect(pickFrom(all, at(1_000, false))).not.toBe(out);
    expect(pickFrom(all, at(2_000, false))).toBe(out);
  });

  it("tries one that refused as soon as its pause is over: half-known, it would spoil the choice of two", () => {
    const refusing = candidate("refusing", 1);
    refusing.failFast.refused(0);
    refusing.load.begin(0);
    refusing.load.end({ costMs: 5_000, rttMs: 1 }, 0);
    const all = [refusing, candidate("a", 1), candidate("slow", 200)];
    expect(shares(all, 100, 999)).toEqual({ a: 100 });
    expect(pickFrom(all, at(1_000))).toBe(refusing);
    refusing.failFast.begin(1_000);
    expect(shares(all, 100, 1_000)).toEqual({ a: 100 });
  });

  it("makes no probe of a call that has failed already, unless nobody else is left", () => {
    const [out, refusing, well] = [candidate("out", 1), candidate("refusing", 1), candidate("well", 1)];
    eject(out);
    refusing.failFast.refused(0);
    const all = [out, refusing, well, candidate("tried", 1), candidate("tried too", 1)];
    expect(pickFrom(all, at(60_000))).toBe(out);
    expect(pickFrom(all, at(60_000), [out, refusing, well])).toBe(well);
    expect(pickFrom(all, at(60_000), [refusing])).toBe(refusing);
  });

  it("makes no probe when enough were in vain, unless nobody else is left", () => {
    const [out, well] = [candidate("out", 1), candidate("well", 1)];
    eject(out);
    const request = { ...at(60_000), tried: new Set<string>(), mayProbe: () => false };
    expect(pick(surveyOf([out, well], 60_000), request)).toBe(well);
    expect(pick(surveyOf([out], 60_000), request)).toBe(out);
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
    expect(pickFrom([one], at(0))).toBeUndefined();
  });

  it("leaves a call without a fit candidate rather than send it to one that is out", () => {
    const out = candidate("out", 1);
    eject(out);
    expect(pickFrom([out, candidate("a", 1)], at(0), [out])).toBeUndefined();
  });
});

describe("pick, beside a simple one that looks at every instance", () => {
  const step = fc.record({
    one: fc.nat(11),
    what: fc.constantFrom("bad", "bad", "good", "refused", "connected", "soft", "begin", "hasten"),
    gapMs: fc.oneof(fc.constant(0), fc.nat(1_500), fc.constant(60_000)),
    tried: fc.uniqueArray(fc.nat(11), { maxLength: 3 }),
    idempotent: fc.boolean(),
  });

  it("chooses the same, whatever has become of the instances", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 12 }),
        fc.nat(),
        fc.array(step, { maxLength: 120 }),
        (size, seed, steps) => {
          const all = Array.from({ length: size }, (_, index) =>
            candidate(`i${index}`, index % 3 === 0 ? undefined : index),
          );
          let nowMs = 0;
          for (const { one, what, gapMs, tried, idempotent } of steps) {
            nowMs += gapMs;
            befall(all[one % size] as Candidate, what, nowMs);
            const candidates = all.filter((_, index) => !tried.includes(index));
            const request = () => ({ idempotent, nowMs, random: seededRandom(seed + nowMs) });
            expect(pickFrom(all, request(), candidates)?.id).toBe(referencePick(all, candidates, request())?.id);
          }
        },
      ),
    );
  });

  function befall(
    { ejection, failFast, load }: Candidate,
    what: (typeof step extends fc.Arbitrary<infer S> ? S : never)["what"],
    nowMs: number,
  ) {
    if (what === "refused") failFast.refused(nowMs);
    else if (what === "connected") failFast.connected();
    else if (what === "hasten") ejection.hasten(nowMs);
    else if (what === "begin") {
      failFast.begin(nowMs);
      ejection.record(nowMs % 2 === 0 ? "good" : "bad", ejection.begin(nowMs), nowMs, () => true);
    } else {
      for (let sample = 0; sample < 5; sample += 1) ejection.record(what, "usual", nowMs, () => true);
      load.begin(0);
      load.end({ costMs: 10, rttMs: 10 }, nowMs);
    }
  }
});

describe("pick, with zones", () => {
  const zone = (name: string, size: number, rttMs = 10) =>
    Array.from({ length: size }, (_, index) => candidate(`${name}-${index}`, rttMs, name));
  /** The share of the picks that each zone gets. */
  const zoneShares = (all: readonly Candidate[], picks = 20_000): Record<string, number> => {
    const found: Record<string, number> = {};
    const standing = surveyOf(all, 0);
    const request = { ...at(0), tried: new Set<string>(), mayProbe: yes };
    for (let count = 0; count < picks; count += 1) {
      const name = pick(standing, request)?.zone ?? "none";
      found[name] = (found[name] ?? 0) + 1;
    }
    return Object.fromEntries(Object.entries(found).map(([name, count]) => [name, count / picks]));
  };
  const lose = (some: readonly Candidate[], nowMs = 0) => {
    for (const { failFast } of some) failFast.refused(nowMs);
  };

  it("stays in the own zone while it is well, however much faster another is", () => {
    expect(zoneShares([...zone("here", 3, 100), ...zone("there", 30, 1)])).toEqual({ here: 1 });
  });

  it.each([
    [28, 1],
    [29, 0.994],
    [50, 0.7],
    [75, 0.35],
    [100, 0],
  ])("with %i%% of the own zone lost keeps %s of the traffic, and divides the rest by size", (lost, share) => {
    const here = zone("here", 100);
    lose(here.slice(0, lost));
    const shared = zoneShares([...here, ...zone("near", 20), ...zone("far", 60, 50)]);
    const off = (name: string, expected: number) => Math.abs((shared[name] ?? 0) - expected);
    expect(off("here", share)).toBeLessThan(0.01);
    expect(off("near", (1 - share) / 4)).toBeLessThan(0.01);
    expect(off("far", ((1 - share) * 3) / 4)).toBeLessThan(0.01);
  });

  it("goes to another zone once a call has been to all of its own, and back when it has been to all of the others", () => {
    const [here, there] = [zone("here", 3), zone("there", 3)];
    const all = [...here, ...there];
    expect(pickFrom(all, at(0), there)?.zone).toBe("there");
    expect(pickFrom(all, at(0), here)?.zone).toBe("here");
    expect(pickFrom(all, at(0), [])).toBeUndefined();
  });

  it("stays in its own zone after one failure, and leaves it after two", () => {
    const [here, there] = [zone("here", 10), zone("there", 10)];
    const all = [...here, ...there];
    expect(pickFrom(all, at(0), all.slice(1))?.zone).toBe("here");
    expect(pickFrom(all, at(0), all.slice(2))?.zone).toBe("there");
  });

  it("does not panic over a zone that is lost while the others can carry all of it", () => {
    const [here, there] = [zone("here", 20), zone("there", 20)];
    for (const one of here) eject(one);
    eject(there[0] as Candidate);
    const { panic, localShare } = surveyOf([...here, ...there], 0);
    expect([panic, localShare]).toEqual([false, 0]);
    for (const one of there.slice(0, 10)) eject(one);
    expect(surveyOf([...here, ...there], 0).panic).toBe(true);
  });

  it("probes no instance of another zone while nothing is sent there", () => {
    const [here, there] = [zone("here", 4), zone("there", 4)];
    const all = [...here, ...there];
    eject(there[0] as Candidate);
    expect(pickFrom(all, at(60_000))?.zone).toBe("here");
    lose(here.slice(0, 3), 60_000);
    expect(pickFrom(all, at(60_000))).toBe(there[0]);
  });

  it("tries those of other zones whose trial is due while nobody anywhere is in rotation", () => {
    const there = ["a", "b"].map((id) => candidate(id, 10, "there"));
    there[0]?.failFast.refused(0);
    there[1]?.failFast.refused(500);
    expect(pickFrom(there, at(999))).toBeUndefined();
    expect(pickFrom(there, at(1_000))).toBe(there[0]);
    const here = ["c", "d"].map((id) => candidate(id, 10));
    for (const { failFast } of here) failFast.refused(900);
    expect(pickFrom([...there, ...here], at(1_600))?.zone).toBe("there");
  });

  it("does not count on an instance that refused until it has been tried", () => {
    const [here, there] = [zone("here", 10), zone("there", 10)];
    lose(here.slice(0, 5));
    expect(surveyOf([...here, ...there], 60_000).localShare).toBeCloseTo(0.7);
  });

  it("still tries now and then a zone of which none is well and one may not go out", () => {
    const [here, there] = [zone("here", 3), zone("there", 10)];
    for (const { ejection } of here) {
      for (let failure = 0; failure < 5; failure += 1) ejection.record("bad", "usual", 0, () => false);
    }
    expect(zoneShares([...here, ...there])["here"]).toBeCloseTo(0.01, 2);
  });
});
