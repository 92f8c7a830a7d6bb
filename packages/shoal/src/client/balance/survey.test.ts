import { describe, expect, it } from "vitest";
import { createEjection } from "../instance/ejection.ts";
import { createFailFast } from "../instance/fail-fast.ts";
import { SERVICE_DEFAULTS } from "../policy.ts";
import { createLoad } from "./load.ts";
import { type Candidate, isReady, type Surveyed, survey } from "./survey.ts";

function candidate(id: string, zone = "here", costMs?: number): Candidate {
  const load = createLoad();
  if (costMs !== undefined) {
    load.begin(0);
    load.end({ costMs, rttMs: costMs }, 0);
  }
  return { id, zone, load, ejection: createEjection(SERVICE_DEFAULTS, () => 1, 0), failFast: createFailFast(() => 0) };
}
const zone = (name: string, size: number) =>
  Array.from({ length: size }, (_, index) => candidate(`${name}-${index}`, name));

function look(surveyed: Partial<Surveyed<Candidate>>, nowMs = 0) {
  const all = { local: [], others: [], localPresence: 1, othersPresence: 1, overprovision: 1.4, ...surveyed };
  const found = survey(all, nowMs);
  const ids = (some: readonly Candidate[]) => some.map(({ id }) => id);
  return {
    ...found,
    members: ids(found.members),
    due: ids(found.due),
    listening: ids(found.listening),
    local: ids(found.local),
    others: found.others.map(ids),
  };
}

/** Takes it out for a second; or has it fail that often while it may not go out. */
function fail({ ejection }: Candidate, mayEject = true): void {
  for (let failure = 0; failure < 5; failure += 1) ejection.record("bad", "usual", 0, () => mayEject);
}

describe("survey", () => {
  it("finds nobody where nobody is, and has nothing to spill", () => {
    expect(look({})).toMatchObject({
      members: [],
      due: [],
      listening: [],
      panic: false,
      localShare: 1,
      othersCount: 0,
    });
  });

  it("tells those in rotation from those that are out, that refuse and that may be tried", () => {
    const [well, out, refusing, fails] = zone("here", 4) as [Candidate, Candidate, Candidate, Candidate];
    const local = [well, out, refusing, fails, ...zone("more", 3)];
    fail(out);
    refusing.failFast.refused(0);
    fail(fails, false);
    const more = ["more-0", "more-1", "more-2"];
    expect(look({ local }, 999)).toMatchObject({
      due: [],
      listening: ["here-0", "here-1", "here-3", ...more],
      local: ["here-0", "here-3", ...more],
    });
    expect(look({ local }, 1_000)).toMatchObject({
      due: ["here-1", "here-2"],
      listening: ["here-0", "here-1", "here-2", "here-3", ...more],
      local: ["here-0", "here-3", ...more],
    });
    expect(local.map((one) => isReady(one, 1_000))).toEqual([true, false, false, true, true, true, true]);
  });

  it("holds for a tenth of a second, or until the next may be tried", () => {
    const local = zone("here", 3);
    expect(look({ local }, 50).untilMs).toBe(150);
    fail(local[0] as Candidate);
    expect(look({ local }, 890).untilMs).toBe(990);
    expect(look({ local }, 950).untilMs).toBe(1_000);
    expect(look({ local }, 1_000).untilMs).toBe(1_100); // it is due: nothing is waited for
    local[1]?.failFast.refused(0);
    expect(look({ local, others: local }, 950).untilMs).toBe(1_000);
  });

  it("panics when fewer than half are well, and not at half", () => {
    const local = zone("here", 4);
    fail(local[0] as Candidate);
    fail(local[1] as Candidate, false);
    expect(look({ local }).panic).toBe(false);
    local[2]?.failFast.refused(0);
    expect(look({ local }).panic).toBe(true);
  });

  it("counts the instances of each zone, and divides the traffic by what each zone can carry", () => {
    const local = zone("here", 4);
    const others = [...zone("far", 1), ...zone("near", 2), ...zone("far2", 1)];
    expect(look({ local, others })).toMatchObject({
      members: ["here-0", "here-1", "here-2", "here-3", "far-0", "near-0", "near-1", "far2-0"],
      others: [["far-0"], ["near-0", "near-1"], ["far2-0"]],
      othersCount: 4,
      localShare: 1,
    });
    expect(look({ local, others, localPresence: 0.5 }).localShare).toBeCloseTo(0.7);
    expect(look({ local, others, localPresence: 0.2, othersPresence: 0.2 }).localShare).toBeCloseTo(0.5);
    fail(local[0] as Candidate);
    fail(local[1] as Candidate, false);
    expect(look({ local, others }).localShare).toBeCloseTo(0.7);
    fail(others[0] as Candidate);
    expect(look({ local, others })).toMatchObject({ others: [["near-0", "near-1"], ["far2-0"]], othersCount: 3 });
  });

  it("has others probed only while traffic goes there", () => {
    const [local, others] = [zone("here", 4), zone("there", 4)];
    fail(others[0] as Candidate);
    fail(local[0] as Candidate);
    expect(look({ local, others }, 1_000).due).toEqual(["here-0"]);
    fail(local[1] as Candidate);
    expect(look({ local, others }, 1_000).due).toEqual(["here-0", "here-1", "there-0"]);
  });

  it("leaves a hundredth to a zone of which none is well and one is in, and nothing to one of which none is", () => {
    const [local, others] = [zone("here", 2), zone("there", 4)];
    for (const one of local) fail(one, false);
    expect(look({ local, others }).localShare).toBe(0.01);
    expect(look({ local: [], others }).localShare).toBe(0);
    for (const one of local) one.failFast.refused(0);
    expect(look({ local, others }).localShare).toBe(0);
  });

  it("panics over zones only when they cannot carry it all together", () => {
    const [local, others] = [zone("here", 4), zone("there", 4)];
    for (const one of local) fail(one);
    expect(look({ local, others })).toMatchObject({ panic: false, localShare: 0 });
    fail(others[0] as Candidate);
    expect(look({ local, others }).panic).toBe(false); // three of four carry it, at 1.4 times their load
    fail(others[1] as Candidate);
    expect(look({ local, others })).toMatchObject({
      panic: true,
      listening: expect.arrayContaining(["here-0", "there-0"]),
    });
  });

  it("knows what those in rotation usually cost, looked up once", () => {
    const local = [candidate("a", "here", 10), candidate("b", "here", 20), candidate("out", "here", 5_000)];
    const others = [candidate("c", "there", 30)];
    fail(local[2] as Candidate);
    const { peerCostMs } = look({ local, others });
    expect(peerCostMs()).toBe(20);
    others[0]?.load.begin(0);
    others[0]?.load.end({ costMs: 1, rttMs: 1 }, 1_000_000);
    local[0]?.load.reset();
    expect(peerCostMs()).toBe(20);
    expect(look({ local: zone("here", 2) }).peerCostMs()).toBeUndefined();
  });
});
