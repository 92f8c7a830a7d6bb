import type { Criticality } from "shoal";
import { ms, percent, type SocketScenario } from "../scenario.ts";
import { addressesOf } from "./rig/addresses-of.ts";
import { type Callers, type Leaf, type Load, type Rig, WIRES, type Wire } from "./rig/rig.ts";
import { withRig } from "./rig/with-rig.ts";

/** Each request waits for a database, and then keeps the event loop for itself. */
const WORK = { takesMs: 30, blocksMs: 5 };
/** What the loop could do if nothing else were to be done for a request. */
const NOMINAL_PER_SECOND = 1_000 / WORK.blocksMs;
const SETTLE_MS = 3_000;
const CALM_MS = 7_000;
const OVER_MS = 10_000;
/** Of a hundred calls. */
const MIX = { critical: 20, default: 50, sheddable: 30 };
/** Each call is made once, and none is held back: the server alone has to cope. */
const POLICY = { attemptsMax: 1, throttleRatioMin: 0 };
const CLIENTS = 10;
/** Work for about a second and a half: less than an attempt may take. */
const CLOSED_CALLS = 300;
/** A server that takes as many as come, and refuses none. */
const UNPROTECTED = { adaptive: false, concurrencyMax: 32, waitersMax: CLOSED_CALLS, queueDelayMsMax: 2 ** 31 - 1 };

/**
 * Twice as much as can be done comes in, half of it over HTTP/1.1 and half over the multiplexed wire; before, another instance
 * is offered half of what it can do. What can be done is measured first: all of a number of calls are there from the
 * beginning, and none is refused.
 */
export const sustainedOverload: SocketScenario = {
  number: 16,
  title: "sustained overload: twice the capacity, mixed criticality",
  comparable: 'DAGOR\'s 20 ms rule; Netflix, "Performance under load"',
  beside: "none",
  timed: true,
  run: withRig(async (rig, { measure }) => {
    // all are started and loaded before anything is measured
    const [ready, calmly, overly] = await Promise.all([readyForAll(rig), readyToRefuse(rig), readyToRefuse(rig)]);
    const capacity = await capacityOf(ready);
    const calm = await offer(rig, calmly, { perSecond: NOMINAL_PER_SECOND / 2, forMs: CALM_MS });
    const over = await offer(rig, overly, { perSecond: NOMINAL_PER_SECOND * 2, forMs: OVER_MS });
    const goodput = over.answered / (capacity * ((OVER_MS - SETTLE_MS) / 1_000));
    measure("goodput >= 90% of the capacity", `${percent(goodput, 1)} of ${Math.round(capacity)}/s`, goodput >= 0.9);
    const ratio = over.p99Ms / calm.p99Ms;
    measure("p99 of what is admitted <= 2x that at half load", `${ms(over.p99Ms)}, ${ratio.toFixed(2)}x`, ratio <= 2);
    measure("critical calls succeed >= 99%", percent(over.success.critical), over.success.critical >= 0.99);
    const { sheddable, default: usual } = over.success;
    measure(
      "sheddable ones are shed before default ones",
      `${percent(sheddable)} < ${percent(usual)}`,
      sheddable < usual,
    );
    measure("p99 of the time that a refusal takes < 1 ms", ms(over.refusalP99Ms), over.refusalP99Ms < 1);
    measure("nothing is refused at half load", `${calm.failed} failed`, calm.failed === 0);
  }),
};

/** One of the calls after the first few seconds. */
interface SettledCall {
  readonly tookMs: number;
  readonly isGood: boolean;
  readonly criticality: Criticality | undefined;
}

/** An instance, and those who call it: on one wire, or on each. */
interface Ready {
  readonly leaf: Leaf;
  readonly wires: readonly Callers[];
}

async function readyForAll(rig: Rig): Promise<Ready> {
  return called(rig, await rig.leaves(1, WORK, UNPROTECTED), ["any"]);
}

async function readyToRefuse(rig: Rig): Promise<Ready> {
  const wires = WIRES.map(([wire]) => wire);
  return called(rig, await rig.leaves(1, { takesMs: WORK.takesMs }), wires);
}

async function called(rig: Rig, leaves: readonly Leaf[], by: readonly Wire[]): Promise<Ready> {
  const [leaf] = leaves;
  if (!leaf) throw new Error("one was started");
  const options = { clients: CLIENTS, policy: POLICY };
  const wires = await Promise.all(by.map((wire) => rig.callers(addressesOf(leaves), { ...options, wire })));
  await Promise.all(wires.map((callers) => callers.warm()));
  return { leaf, wires };
}

/** Calls a second of a server that always has some to do. */
async function capacityOf({ wires: [callers] }: Ready): Promise<number> {
  if (!callers) throw new Error("nobody calls it");
  const { results, startMs } = await callers.load({ perSecond: CLOSED_CALLS, forMs: 1_000, arrivals: "together" });
  const endsMs = results.flatMap((result) => result.endsMs);
  return (endsMs.length * 1_000) / (Math.max(...endsMs) - startMs - WORK.takesMs);
}

interface Offered {
  readonly perSecond: number;
  readonly forMs: number;
}

async function offer(rig: Rig, { leaf, wires }: Ready, { perSecond, forMs }: Offered) {
  await leaf.ask("behave", WORK);
  const share = { perSecond: perSecond / wires.length, forMs, mix: MIX };
  const [, ...loads] = await Promise.all([
    rig.pause(SETTLE_MS).then(() => leaf.ask("answered")),
    ...wires.map((callers) => callers.load(share)),
  ]);
  const refusals = (await leaf.ask("answered")).filter(({ status }) => status === 503);
  const calls = loads.flatMap((load) => [...settled(load)]);
  const good = calls.filter(({ isGood }) => isGood);
  return {
    answered: good.length,
    failed: calls.length - good.length,
    p99Ms: p99Of(good.map(({ tookMs }) => tookMs)),
    refusalP99Ms: p99Of(refusals.map(({ tookMs }) => tookMs)),
    success: {
      critical: successOf(calls, "critical"),
      default: successOf(calls, "default"),
      sheddable: successOf(calls, "sheddable"),
    },
  };
}

function* settled({ results, startMs }: Load): Generator<SettledCall> {
  for (const { startsMs, endsMs, codes, criticalities } of results) {
    for (const [index, callMs] of startsMs.entries()) {
      if (callMs < startMs + SETTLE_MS) continue;
      yield { tookMs: (endsMs[index] ?? 0) - callMs, isGood: codes[index] === "", criticality: criticalities[index] };
    }
  }
}

function successOf(calls: readonly SettledCall[], wanted: Criticality): number {
  const those = calls.filter(({ criticality }) => criticality === wanted);
  return those.filter(({ isGood }) => isGood).length / those.length;
}

function p99Of(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN;
}
