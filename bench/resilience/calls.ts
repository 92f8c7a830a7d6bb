import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { atLeast, atMost, median, type Result, say } from "../support/results.ts";
import { SIDES, type SideName } from "./sides.ts";

const WARM_UP_CALLS = 40_000;
const BURST_CALLS = 5_000;
const BURSTS_OF_ROUND = 8;
const PACED_CALLS = 200;
const PACED_BURSTS_OF_ROUND = 4;
const GROWTH_CALLS = 1_000_000;

interface Burst {
  readonly cpuUs: number;
  readonly perSecond: number;
}

interface Paced {
  readonly p50Us: number;
}

interface Held {
  readonly heapMib: number;
  readonly sockets: number;
  readonly timers: number;
  readonly listeners: number;
}

/**
 * CPU time of a calling process for each call, and calls per second, 32 in flight, to a bare server in another process.
 * The sides take turns in short bursts; each burst is compared with the bare one right before it, and the median of those
 * differences and ratios is taken, because the machine does other things too.
 */
export async function measureCalls(rounds: number): Promise<readonly Result[]> {
  await using target = await startTarget();
  await using stack = new AsyncDisposableStack();
  const sides = new Map<SideName, Caller>();
  for (const name of SIDES) sides.set(name, stack.use(await startCaller(name, target.addresses)));
  for (const caller of sides.values()) await caller.ask<Burst>(WARM_UP_CALLS);
  const addedUs = new Map<SideName, number[]>(SIDES.map((name) => [name, []]));
  const ratio = new Map<SideName, number[]>(SIDES.map((name) => [name, []]));
  for (let burst = 1; burst <= rounds * BURSTS_OF_ROUND; burst += 1) {
    for (const name of SIDES) {
      if (name === "undici") continue;
      const bare = await sides.get("undici")?.ask<Burst>(BURST_CALLS);
      const other = await sides.get(name)?.ask<Burst>(BURST_CALLS);
      if (!bare || !other) continue;
      addedUs.get(name)?.push(other.cpuUs - bare.cpuUs);
      ratio.get(name)?.push(other.perSecond / bare.perSecond);
      say(`calls, burst ${burst}: undici ${lineOf(bare)}, ${name} ${lineOf(other)}`);
    }
  }
  const added = (name: SideName) => median(addedUs.get(name) ?? []);
  const kept = (name: SideName) => median(ratio.get(name) ?? []);
  for (const name of ["cockatiel", "opossum"] as const) {
    say(`calls: ${name} adds ${added(name).toFixed(1)} µs and keeps ${(kept(name) * 100).toFixed(0)} % of the calls`);
  }
  return [
    atMost("CPU that the client stack adds to a call with bare undici", added("shoal"), 5, "µs"),
    atLeast("calls/s at 32 in flight, vs bare undici", kept("shoal"), 0.85, "x"),
    atMost("CPU it adds, vs what cockatiel's wrap of five policies adds", added("shoal") / added("cockatiel"), 1, "x"),
    atLeast("calls/s, vs cockatiel's wrap of five policies", kept("shoal") / kept("cockatiel"), 1, "x"),
  ];
}

/** What the stack adds to the median time of a call, one at a time, with a pause after each; the sides take turns. */
export async function measureSequential(rounds: number): Promise<readonly Result[]> {
  await using target = await startTarget();
  await using bare = await startCaller("undici", target.addresses);
  await using stack = await startCaller("shoal", target.addresses);
  const addedUs: number[] = [];
  for (const caller of [bare, stack]) await caller.ask<Burst>(WARM_UP_CALLS);
  for (let burst = 1; burst <= rounds * PACED_BURSTS_OF_ROUND; burst += 1) {
    const before = await bare.ask<Paced>(PACED_CALLS, { isPaced: true });
    const after = await stack.ask<Paced>(PACED_CALLS, { isPaced: true });
    addedUs.push(after.p50Us - before.p50Us);
    say(`sequential, burst ${burst}: undici ${before.p50Us.toFixed(0)} µs, shoal ${after.p50Us.toFixed(0)} µs`);
  }
  return [atMost("time that the client stack adds to one call at a time, p50", median(addedUs), 50, "µs")];
}

/** What a process that called a million times holds more than after a fifth of them. */
export async function measureGrowth(): Promise<readonly Result[]> {
  await using target = await startTarget();
  await using caller = await startCaller("shoal", target.addresses);
  await caller.ask<Burst>(GROWTH_CALLS / 5);
  const before = await caller.ask<Held>(0);
  await caller.ask<Burst>(GROWTH_CALLS);
  const after = await caller.ask<Held>(0);
  say(`growth: ${JSON.stringify(before)} to ${JSON.stringify(after)}`);
  return [
    atMost("heap that 1,000,000 calls leave behind", after.heapMib - before.heapMib, 1, "MiB"),
    atMost("sockets more than before them", after.sockets - before.sockets, 0, ""),
    atMost("timers more than before them", after.timers - before.timers, 0, ""),
    atMost("listeners more than before them", after.listeners - before.listeners, 0, ""),
  ];
}

function lineOf({ cpuUs, perSecond }: Burst): string {
  return `${cpuUs.toFixed(1)} µs ${Math.round(perSecond)}/s`;
}

interface Caller extends AsyncDisposable {
  /** So many calls, 32 in flight or one now and then; 0 asks what is held. */
  readonly ask: <Answer>(calls: number, options?: { readonly isPaced: boolean }) => Promise<Answer>;
}

async function startCaller(name: SideName, addresses: readonly string[]): Promise<Caller> {
  const child = fork(join(import.meta.dirname, "caller.ts"), [name, ...addresses], {
    execArgv: ["-C", "shoal-source", "--expose-gc"],
  });
  await once(child, "message");
  return {
    async ask<Answer>(calls: number, { isPaced } = { isPaced: false }) {
      const answer = once(child, "message");
      child.send({ calls, isPaced });
      const [first] = await answer;
      return first as Answer;
    },
    [Symbol.asyncDispose]: () => end(child),
  };
}

async function startTarget() {
  const child = fork(join(import.meta.dirname, "target.ts"));
  const [{ ports }] = (await once(child, "message")) as [{ readonly ports: readonly number[] }];
  return {
    addresses: ports.map((port) => `http://127.0.0.1:${port}`),
    [Symbol.asyncDispose]: () => end(child),
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, "exit");
  child.disconnect();
  await ended;
}
