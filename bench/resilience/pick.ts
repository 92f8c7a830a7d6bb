import { createLoad } from "../../packages/shoal/src/client/balance/load.ts";
import { pick } from "../../packages/shoal/src/client/balance/pick.ts";
import { survey } from "../../packages/shoal/src/client/balance/survey.ts";
import { createEjection } from "../../packages/shoal/src/client/instance/ejection.ts";
import { createFailFast } from "../../packages/shoal/src/client/instance/fail-fast.ts";
import { SERVICE_DEFAULTS } from "../../packages/shoal/src/client/policy.ts";
import { atMost, median, type Result, say } from "../support/results.ts";

const INSTANCES = 1_000;
const PICKS = 500_000;
/** The instances are looked at anew ten times a second: at this rate that is the greatest part of the cost. */
const PICKS_PER_SECOND = 5_000;

/** CPU time of picking one among 1,000 instances, none left out by a subset, with the looks at all of them in it. */
export function measurePick(rounds: number): readonly Result[] {
  const local = Array.from({ length: INSTANCES }, (_, index) => candidate(index));
  const surveyed = { local, others: [], localPresence: 1, othersPresence: 0, overprovision: 1.4 };
  const request = { idempotent: true, random: Math.random, tried: new Set<string>(), mayProbe: () => true };
  const picked = new Set<string>();
  const run = (): number => {
    let now = survey(surveyed, 0);
    const before = process.cpuUsage();
    for (let index = 0; index < PICKS; index += 1) {
      const nowMs = (index / PICKS_PER_SECOND) * 1_000;
      if (nowMs >= now.untilMs) now = survey(surveyed, nowMs);
      picked.add(pick(now, { ...request, nowMs })?.id ?? "");
    }
    const { user, system } = process.cpuUsage(before);
    return (user + system) / PICKS;
  };
  run();
  const us = Array.from({ length: rounds * 2 }, run);
  say(`pick: ${us.map((one) => one.toFixed(3)).join(", ")} µs; ${picked.size} different instances`);
  if (picked.size < INSTANCES / 2 || picked.has("")) throw new Error("the picks are not spread over the instances");
  return [atMost("picking an instance among 1,000", median(us), 1, "µs")];
}

function candidate(index: number) {
  const load = createLoad();
  load.begin();
  load.end({ costMs: 10, rttMs: 10 }, 0);
  return {
    id: `quotes-${index}`,
    zone: "local",
    load,
    ejection: createEjection(SERVICE_DEFAULTS, Math.random, 0),
    failFast: createFailFast(Math.random),
  };
}
