import { contract, get, serve, use } from "shoal";
import { constant, type SimulatedInstance, type World } from "shoal/testing";
import { z } from "zod";
import { leaf, startLeaves } from "../leaf.ts";
import { naiveClient } from "../naive.ts";
import { type Scenario, type ScenarioRun, times } from "../scenario.ts";

const HEALTHY_MS = 10_000;
const OUTAGE_MS = 120_000;
/** What the picture shows of it. */
const PICTURE_S = 20;
const PICTURE_PER_SECOND = 100;

const middle = contract("middle", { work: get("/work", { returns: z.object({}) }) });
const front = contract("front", { work: get("/work", { returns: z.object({}) }) });

/** A caller, two services that each call the next, and a leaf that answers 500 to everything for two minutes. */
export const fullLeafOutage: Scenario = {
  number: 1,
  title: "full leaf outage, three hops",
  comparable: "Google SRE 1.1x; naive 27x; Moleculer 1296x",
  long: true,
  async run(run) {
    let guarded: Curve = [];
    for (const [perSecond, steadyMax, worstMax] of [
      [1_000, 1.05, 1.5],
      [100, 1.1, 1.5],
      [10, 1.2, undefined],
    ] as const) {
      const { steady, worst, received, offered } = await amplificationOf(run.world(), perSecond);
      if (perSecond === PICTURE_PER_SECOND) guarded = curveOf(received, offered);
      run.measure(`amplification <= ${steadyMax}x at ${perSecond}/s`, times(steady), steady <= steadyMax);
      if (worstMax !== undefined) {
        run.measure(`worst second <= ${worstMax}x at ${perSecond}/s`, times(worst), worst <= worstMax);
      }
    }
    run.plot({
      name: "full-leaf-outage",
      title: "Requests that reach a failing leaf for each request of a user, three hops away",
      x: "seconds",
      y: "requests at the leaf",
      lines: [
        { name: "three attempts at each hop", points: await control(run) },
        { name: "Shoal", points: guarded },
      ],
      trouble: { from: HEALTHY_MS / 1_000, to: PICTURE_S, label: "every answer of the leaf is a 500" },
    });
  },
};

/** Seconds and the ratio in each. */
type Curve = readonly (readonly [number, number])[];

function curveOf(received: ReadonlyMap<number, number>, offered: ReadonlyMap<number, number>): Curve {
  return Array.from({ length: PICTURE_S }, (_, second) => [
    second,
    (received.get(second) ?? 0) / (offered.get(second) ?? 1),
  ]);
}

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
  const healthy = await receivedEachSecond(world, leaves, HEALTHY_MS);
  for (const instance of leaves) instance.disturb({ failures: 1 });
  const failing = await receivedEachSecond(world, leaves, HEALTHY_MS + OUTAGE_MS);
  let worst = 0;
  for (const [second, requests] of failing) worst = Math.max(worst, requests / (offered.get(second) ?? 1));
  const outage = [...offered].filter(([second]) => second >= HEALTHY_MS / 1_000);
  const steady = sum(failing.values()) / sum(outage.map(([, count]) => count));
  return { steady, worst, received: new Map([...healthy, ...failing]), offered };
}

/** Requests that reached the leaf, by second of the world, from now on. */
async function receivedEachSecond(world: World, leaves: readonly SimulatedInstance[], untilMs: number) {
  const seconds = new Map<number, number>();
  const total = () => sum(leaves.map((instance) => instance.received()));
  for (let before = total(); world.clock.now() < untilMs; before = total()) {
    const atMs = world.clock.now();
    await world.run(1_000);
    add(seconds, atMs, total() - before);
  }
  return seconds;
}

/** Three attempts at each hop, and nobody tells anybody that it was in vain. */
async function control({ world: makeWorld, measure }: ScenarioRun): Promise<Curve> {
  const world = makeWorld();
  const leaves = await startLeaves(world, {}, constant(2));
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
  world.load({ perSecond: PICTURE_PER_SECOND, forMs: PICTURE_S * 1_000, arrivals: "even", call });
  const offered = new Map(Array.from({ length: PICTURE_S }, (_, second) => [second, PICTURE_PER_SECOND]));
  const healthy = await receivedEachSecond(world, leaves, HEALTHY_MS);
  for (const instance of leaves) instance.disturb({ failures: 1 });
  const failing = await receivedEachSecond(world, leaves, PICTURE_S * 1_000);
  const amplification = sum(failing.values()) / (PICTURE_PER_SECOND * failing.size);
  measure("control: three naive attempts at each hop", times(amplification), amplification > 20);
  return curveOf(new Map([...healthy, ...failing]), offered);
}

function add(counts: Map<number, number>, atMs: number, count: number): void {
  const second = Math.floor(atMs / 1_000);
  counts.set(second, (counts.get(second) ?? 0) + count);
}

function sum(counts: Iterable<number>): number {
  return [...counts].reduce((total, count) => total + count, 0);
}
