import type { SimulatedInstance, World } from "shoal/testing";
import { leaf, startLeaves } from "../leaf.ts";
import type { PlotLine } from "../report/plot.ts";
import { percent, type Scenario } from "../scenario.ts";

const ZONES = ["east", "west", "north"];
const IN_ZONE = 100;
/** A policy under which each caller knows the whole of a zone, so that 29 of 100 are 29%. */
const WHOLE_ZONE = { subsetMax: IN_ZONE };
const CALLERS = 3;
const PER_SECOND = 300;

/** When it begins, in seconds since the load does. */
const LOSS_S = 10;
/** Time for the callers to notice, each instance for itself: five failures, or one refusal, and a retry budget of a fifth. */
const NOTICE_S = 10;
/** What was in flight when an instance was lost makes it costly, and so nearly unused, for up to a minute before it is known to be lost. */
const MEASURE_S = 60;
const HEAL_S = 80;
const END_S = 120;

/** Share of the zone that is lost, and Envoy's share of the traffic that stays. */
const TABLE = [
  [0.29, 0.994],
  [0.5, 0.7],
  [0.75, 0.35],
  [1, 0],
] as const;

/** Takes instances out; the returned function brings them back. */
type Loss = (world: World, lost: readonly SimulatedInstance[]) => () => unknown;

const unreachable: Loss = (world, lost) => {
  const heals = lost.map(({ id }) => world.network.change({ path: "refused" }, { from: "caller", to: id }));
  return () => {
    for (const heal of heals) heal();
  };
};
const gone: Loss = (world, lost) => {
  for (const instance of lost) instance.crash();
  // not waited for: they start while the world runs on
  return () => void startLeaves(world, { instances: lost.length, zones: ["east"] });
};
const failing: Loss = (_, lost) => {
  const heals = lost.map((instance) => instance.disturb({ failures: 1 }));
  return () => {
    for (const heal of heals) heal();
  };
};

interface Run {
  /** Share of the requests that arrived in the own zone, by second. */
  readonly shares: readonly number[];
  /** Calls that failed from the loss on until the callers had time to notice, and after that. */
  readonly failedEarly: number;
  readonly failedLate: number;
}

async function run(world: World, ratio: number, loss: Loss): Promise<Run> {
  const leaves = await startLeaves(world, { instances: IN_ZONE * ZONES.length, zones: ZONES });
  const consumers = Array.from({ length: CALLERS }, () => world.join("caller", { zone: "east" }).use(leaf, WHOLE_ZONE));
  const call = async (index: number) => consumers[index % CALLERS]?.work();
  const local = leaves.filter(({ runtime }) => runtime.identity.zone === "east");
  const remote = leaves.filter(({ runtime }) => runtime.identity.zone !== "east");
  const tally = world.load({ perSecond: PER_SECOND, forMs: END_S * 1_000, call });
  const startMs = world.clock.now();
  let heal: (() => unknown) | undefined;
  const shares: number[] = [];
  let before = { all: 0, remote: received(remote) };
  for (let second = 0; second < END_S; second += 1) {
    if (second === LOSS_S) heal = loss(world, local.slice(0, Math.round(ratio * IN_ZONE)));
    if (second === HEAL_S) heal?.();
    await world.run(1_000);
    const now = { all: tally.calls(), remote: received(remote) };
    shares.push(1 - (now.remote - before.remote) / (now.all - before.all));
    before = now;
  }
  const noticedMs = startMs + (LOSS_S + NOTICE_S) * 1_000;
  return { shares, failedEarly: tally.failed({ toMs: noticedMs }), failedLate: tally.failed({ fromMs: noticedMs }) };
}

function received(instances: readonly SimulatedInstance[]): number {
  return instances.reduce((sum, instance) => sum + instance.received(), 0);
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

/** Seconds after the heal until all is as before, for good. */
function returnedS(shares: readonly number[]): number {
  return Math.max(0, shares.findLastIndex((share) => share < 0.99) + 1 - HEAL_S);
}

/** The callers' own zone loses a part of its instances for 70 seconds: as much of the traffic leaves as it cannot carry. */
export const zoneFailover: Scenario = {
  number: 24,
  title: "zone failover: the own zone loses a part of 100",
  comparable: "Envoy's overprovisioning of 1.4, gRPC's gentle failover",
  long: true,
  async run({ world: makeWorld, measure, plot }) {
    const lines: PlotLine[] = [];
    const judge = async (what: string, ratio: number, share: number, loss: Loss) => {
      const { shares, failedEarly, failedLate } = await run(makeWorld(), ratio, loss);
      const stays = mean(shares.slice(MEASURE_S, HEAL_S));
      const early = 1 - Math.min(...shares.slice(0, LOSS_S));
      const backS = returnedS(shares);
      const name = `${percent(ratio, 0)} ${what}`;
      measure(`${name}: no request leaves the zone before`, percent(early), early === 0);
      measure(`${name}: ${percent(share, 0)} +-2 stay`, percent(stays, 1), Math.abs(stays - share) <= 0.02);
      measure(`${name}: back within 30 s of the heal`, `${backS} s`, backS <= 30);
      const left = 1 - mean(shares.slice(HEAL_S + 30));
      measure(`${name}: afterwards < 1% leaves the zone`, percent(left), left < 0.01);
      measure(`${name}: calls that fail from 10 s on: 0`, `${failedLate}, and ${failedEarly} before`, failedLate === 0);
      if (loss === unreachable)
        lines.push({ name, points: shares.map((share, second) => [second, Math.max(0, share)]) });
    };
    for (const [ratio, share] of TABLE) await judge("unreachable", ratio, share, unreachable);
    await judge("gone", 0.5, 0.7, gone);
    await judge("gone", 1, 0, gone);
    await judge("failing", 1, 0, failing);
    plot({
      name: "zone-failover",
      title: "Share of the traffic that stays in a zone that loses instances",
      x: "seconds",
      y: "share",
      lines,
      trouble: { from: LOSS_S, to: HEAL_S, label: "lost" },
    });
  },
};
