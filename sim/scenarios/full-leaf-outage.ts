import { contract, get, serve, use } from "shoal";
import { constant, type SimulatedInstance, type World } from "shoal/testing";
import { z } from "zod";
import { leaf, startLeaves } from "../leaf.ts";
import { naiveClient } from "../naive.ts";
import { type Scenario, type ScenarioRun, times } from "../scenario.ts";

const HEALTHY_MS = 10_000;
const OUTAGE_MS = 120_000;

const middle = contract("middle", { work: get("/work", { returns: z.object({}) }) });
const front = contract("front", { work: get("/work", { returns: z.object({}) }) });

/** A caller, two services that each call the next, and a leaf that answers 500 to everything for two minutes. */
export const fullLeafOutage: Scenario = {
  number: 1,
  title: "full leaf outage, three hops",
  comparable: "Google SRE 1.1x; naive 27x; Moleculer 1296x",
  async run(run) {
    for (const [perSecond, steadyMax, worstMax] of [
      [1_000, 1.05, 1.5],
      [100, 1.1, 1.5],
      [10, 1.2, undefined],
    ] as const) {
      const { steady, worst } = await amplificationOf(run.world(), perSecond);
      run.measure(`amplification <= ${steadyMax}x at ${perSecond}/s`, times(steady), steady <= steadyMax);
      if (worstMax !== undefined) {
        run.measure(`worst second <= ${worstMax}x at ${perSecond}/s`, times(worst), worst <= worstMax);
      }
    }
    await control(run);
  },
};

async function amplificationOf(world: World, perSecond: number) {
  const leaves = await startLeaves(world, { instances: 3 }, constant(2));
  await world.start("middle", () => {
    const next = use(leaf);
    return serve(middle, { work: () => next.work() });
  });
  await world.start("front", () => {
    const next = use(middle);
    return serve(front, { work: () => next.work() });
  });
  const consumer = world.join("caller").use(front);
  const offered = new Map<number, number>();
  world.load({
    perSecond,
    forMs: HEALTHY_MS + OUTAGE_MS,
    call() {
      add(offered, world.clock.now(), 1);
      return consumer.work();
    },
  });
  await world.run(HEALTHY_MS);
  const startMs = world.clock.now();
  for (const instance of leaves) instance.disturb({ failures: 1 });
  const received = await receivedEachSecond(world, leaves);
  let worst = 0;
  for (const [second, requests] of received) worst = Math.max(worst, requests / (offered.get(second) ?? 1));
  const outage = [...offered].filter(([second]) => second >= Math.round(startMs / 1_000));
  return { steady: sum(received.values()) / sum(outage.map(([, count]) => count)), worst };
}

/** Requests that reached the leaf, by second of the world. */
async function receivedEachSecond(world: World, leaves: readonly SimulatedInstance[]) {
  const seconds = new Map<number, number>();
  const total = () => sum(leaves.map((instance) => instance.received()));
  for (let before = total(); world.clock.now() < HEALTHY_MS + OUTAGE_MS; before = total()) {
    const atMs = world.clock.now();
    await world.run(1_000);
    add(seconds, atMs, total() - before);
  }
  return seconds;
}

/** Three attempts at each hop, and nobody tells anybody that it was in vain. */
async function control({ world: makeWorld, measure }: ScenarioRun) {
  const world = makeWorld();
  const [bottom] = await startLeaves(world, {}, constant(2));
  bottom?.disturb({ failures: 1 });
  const hop = (to: string) => (instance: SimulatedInstance) => {
    const next = naiveClient(world, { from: instance, service: to, attempts: 3, timeoutMs: 1_000 });
    return () =>
      next().then(
        () => ({ status: 200, headers: {}, body: undefined }),
        () => ({ status: 500, headers: {}, body: undefined }),
      );
  };
  await world.start("middle", hop("leaf"));
  await world.start("front", hop("middle"));
  const call = naiveClient(world, { from: world.join("caller"), service: "front", attempts: 3, timeoutMs: 1_000 });
  const tally = world.load({ perSecond: 100, forMs: 5_000, call });
  await world.run(10_000);
  const amplification = (bottom?.received() ?? 0) / tally.calls();
  measure("control: three naive attempts at each hop", times(amplification), amplification > 20);
}

function add(counts: Map<number, number>, atMs: number, count: number): void {
  const second = Math.floor(atMs / 1_000);
  counts.set(second, (counts.get(second) ?? 0) + count);
}

function sum(counts: Iterable<number>): number {
  return [...counts].reduce((total, count) => total + count, 0);
}
