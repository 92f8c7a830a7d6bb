import type { SocketScenario } from "../scenario.ts";
import { addressesOf } from "./rig/addresses-of.ts";
import { wallMs } from "./rig/wall-clock.ts";
import { withRig } from "./rig/with-rig.ts";

const PER_SECOND_EACH = 500;
/** Each with a process of its own, whose connections are its. Of one, what was due while it had no core would be over its limits. */
const CALLERS = { clients: 4, processes: 4, counted: true };
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
    const callers = await rig.callers(addressesOf(leaves), CALLERS);
    await callers.warm();
    const [reads, orders, killedMs] = await Promise.all([
      callers.load({ perSecond: PER_SECOND_EACH, forMs: FOR_MS }),
      callers.load({ perSecond: PER_SECOND_EACH, forMs: FOR_MS, operation: "order" }),
      rig.pause(KILL_MS).then(() => {
        victim.signal("SIGKILL");
        return wallMs();
      }),
    ]);
    measure("reads that fail: 0", `${reads.tally.failed()} of ${reads.tally.calls()}`, reads.tally.failed() === 0);
    const { host } = new URL(victim.address);
    const ofVictim = await Promise.all(
      callers.processes.map(async (caller) => (await caller.ask("sockets")).get(host)),
    );
    const broken = ofVictim.reduce((sum, sockets) => sum + (sockets?.brokenMs.length ?? 0), 0);
    measure(
      "orders that fail <= requests in flight on it",
      `${orders.tally.failed()} of ${orders.tally.calls()}, ${broken} broken`,
      orders.tally.failed() <= broken,
    );
    const counts = await Promise.all(leaves.slice(1).map((leaf) => leaf.ask("orders")));
    const twice = counts.flatMap((effects) => [...effects.values()]).filter((count) => count > 1).length;
    measure("orders done twice by the others: 0", `${twice}`, twice === 0);
    const isEarly = (atMs: number) => atMs >= killedMs && atMs < killedMs + DETECTION_MS;
    const refused = Math.max(...ofVictim.map((sockets) => (sockets?.refusalsMs ?? []).filter(isEarly).length));
    measure("a client avoids it after <= 5 refused connects", `${refused} at most in ${DETECTION_MS} ms`, refused <= 5);
  }),
};
