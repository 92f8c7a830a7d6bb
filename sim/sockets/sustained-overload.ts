import type { Criticality } from "shoal";
import { ms, percent, type SocketScenario } from "../scenario.ts";
import { addressesOf } from "./rig/addresses-of.ts";
import type { Load, Rig } from "./rig/rig.ts";
import { withRig } from "./rig/with-rig.ts";

/** Each request waits for a database, and then computes: so many a second keep one core busy all the time. */
const TAKES_MS = 30;
const COMPUTES_MS = 2;
const CAPACITY = 1_000 / COMPUTES_MS;
const SETTLE_MS = 3_000;
const FOR_MS = 10_000;
/** Of a hundred calls. */
const MIX = { critical: 20, default: 50, sheddable: 30 };
/** Each call is made once, and none is held back: the server alone has to cope. */
const POLICY = { attemptsMax: 1, throttleRatioMin: 0 };

/** Twice as much as can be done comes in, after a while of half of what can be done. */
export const sustainedOverload: SocketScenario = {
  number: 16,
  title: "sustained overload: twice the capacity, mixed criticality",
  comparable: 'DAGOR\'s 20 ms rule; Netflix, "Performance under load"',
  beside: "none",
  run: withRig(async (rig, { measure }) => {
    const calm = await offer(rig, CAPACITY / 2);
    const over = await offer(rig, CAPACITY * 2);
    const goodput = over.answered / (CAPACITY * ((FOR_MS - SETTLE_MS) / 1_000));
    measure("goodput >= 90% of the capacity", percent(goodput, 1), goodput >= 0.9);
    const ratio = over.p99Ms / calm.p99Ms;
    measure("p99 of what is admitted <= 2x that at half load", `${ms(over.p99Ms)}, ${ratio.toFixed(2)}x`, ratio <= 2);
    measure("critical calls succeed >= 99%", percent(over.success.critical), over.success.critical >= 0.99);
    const { sheddable, default: usual } = over.success;
    measure(
      "sheddable ones are shed before default ones",
      `${percent(sheddable)} < ${percent(usual)}`,
      sheddable < usual,
    );
    measure("p99 of the server's CPU time for a refusal < 1 ms", ms(over.refusalP99Ms), over.refusalP99Ms < 1);
    measure("nothing is refused at half load", `${calm.failed} failed`, calm.failed === 0);
  }),
};

async function offer(rig: Rig, perSecond: number) {
  const leaves = await rig.leaves(1, { takesMs: TAKES_MS });
  const [leaf] = leaves;
  const callers = await rig.callers(addressesOf(leaves), { clients: 20, policy: POLICY });
  await callers.warm();
  await leaf?.ask("behave", { computesMs: COMPUTES_MS });
  await leaf?.ask("answered");
  const load = await callers.load({ perSecond, forMs: FOR_MS, mix: MIX });
  const { tally } = load;
  const refusals = (await leaf?.ask("answered"))?.filter(({ status }) => status === 503) ?? [];
  const fromMs = SETTLE_MS;
  return {
    answered: tally.calls({ fromMs }) - tally.failed({ fromMs }),
    failed: tally.failed({ fromMs }),
    p99Ms: p99Of(admittedMs(load)),
    refusalP99Ms: p99Of(refusals.map(({ cpuMs }) => cpuMs)),
    success: {
      critical: successOf(load, "critical"),
      default: successOf(load, "default"),
      sheddable: successOf(load, "sheddable"),
    },
  };
}

/** The calls after the first few seconds. */
function* settled({ results, startMs }: Load) {
  for (const { startsMs, endsMs, codes, criticalities } of results) {
    for (const [index, callMs] of startsMs.entries()) {
      if (callMs < startMs + SETTLE_MS) continue;
      yield { tookMs: (endsMs[index] ?? 0) - callMs, isGood: codes[index] === "", criticality: criticalities[index] };
    }
  }
}

function admittedMs(load: Load): readonly number[] {
  return [...settled(load)].filter(({ isGood }) => isGood).map(({ tookMs }) => tookMs);
}

function successOf(load: Load, wanted: Criticality): number {
  const calls = [...settled(load)].filter(({ criticality }) => criticality === wanted);
  return calls.filter(({ isGood }) => isGood).length / calls.length;
}

function p99Of(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN;
}
