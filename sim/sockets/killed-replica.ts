import type { Notes, SocketScenario } from "../scenario.ts";
import { addressesOf } from "./rig/addresses-of.ts";
import { type Callers, WIRES } from "./rig/rig.ts";
import { wallMs } from "./rig/wall-clock.ts";
import { withRig } from "./rig/with-rig.ts";

/** Of reads and of orders, on each wire. */
const PER_SECOND_EACH = 250;
/** On each wire, each with a process of its own, whose connections are its. Of one, what was due while it had no core would be over its limits. */
const CALLERS = { clients: 2, processes: 2 };
const FOR_MS = 5_000;
const KILL_MS = 2_000;
/** So long fail-fast keeps calls away before its first trial, in ms. */
const DETECTION_MS = 900;

/** One of three replicas ends in the midst of what it does, and does not come back. */
export const killedReplica: SocketScenario = {
  number: 20,
  title: "kill -9 of 1 replica of 3 at 1000/s, GET and POST",
  beside: "none",
  comparable: "FailFast, failure accrual: 5 consecutive",
  run: withRig(async (rig, { measure }) => {
    const leaves = await rig.leaves(3);
    const [victim] = leaves;
    if (!victim) throw new Error("three were started");
    const wires = await Promise.all(
      WIRES.map(async ([wire, name]) => ({
        name,
        callers: await rig.callers(addressesOf(leaves), { ...CALLERS, wire }),
      })),
    );
    await Promise.all(wires.map(({ callers }) => callers.warm()));
    const killed = rig.pause(KILL_MS).then(() => {
      victim.signal("SIGKILL");
      return wallMs();
    });
    const { host } = new URL(victim.address);
    await Promise.all(wires.map(({ name, callers }) => loaded(callers, { name, host, killed }, measure)));
    const counts = await Promise.all(leaves.slice(1).map((leaf) => leaf.ask("orders")));
    const twice = counts.flatMap((effects) => [...effects.values()]).filter((count) => count > 1).length;
    measure("orders done twice by the others: 0", `${twice}`, twice === 0);
  }),
};

interface Victim {
  /** Of the wire. */
  readonly name: string;
  readonly host: string;
  /** Resolves with when it was killed, in ms of the wall clock. */
  readonly killed: Promise<number>;
}

async function loaded(
  { load, processes }: Callers,
  { name, host, killed }: Victim,
  measure: Notes["measure"],
): Promise<void> {
  const [reads, orders, killedMs] = await Promise.all([
    load({ perSecond: PER_SECOND_EACH, forMs: FOR_MS }),
    load({ perSecond: PER_SECOND_EACH, forMs: FOR_MS, operation: "order" }),
    killed,
  ]);
  const failedReads = reads.tally.failed();
  measure(`reads that fail: 0, ${name}`, `${failedReads} of ${reads.tally.calls()}`, failedReads === 0);
  const toVictim = await Promise.all(processes.map(async (caller) => (await caller.ask("traffic")).get(host)));
  const broken = toVictim.reduce((sum, traffic) => sum + (traffic?.brokenMs.length ?? 0), 0);
  const failed = orders.tally.failed();
  measure(
    `orders that fail <= requests in flight on it, ${name}`,
    `${failed} of ${orders.tally.calls()}, ${broken} broken`,
    failed <= broken,
  );
  const isEarly = (atMs: number) => atMs >= killedMs && atMs < killedMs + DETECTION_MS;
  const refused = Math.max(...toVictim.map((traffic) => (traffic?.refusalsMs ?? []).filter(isEarly).length));
  measure(
    `a client avoids it after <= 5 refused connects, ${name}`,
    `${refused} at most in ${DETECTION_MS} ms`,
    refused <= 5,
  );
}
