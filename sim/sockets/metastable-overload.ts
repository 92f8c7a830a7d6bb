import type { CallPolicy, ServeOptions } from "shoal";
import { percent, type SocketScenario } from "../scenario.ts";
import type { BareLeafCommands } from "./programs/bare-leaf.ts";
import type { CallersOptions, Rig } from "./rig/rig.ts";
import { withRig } from "./rig/with-rig.ts";

/** An attempt that takes 1 s is given up; up to four are made. All else as by default. */
const POLICY: CallPolicy = { attemptMs: 1_000, attemptsMax: 4 };
/** The event loop of one instance does a tenth of the paper's 1 000 a second, and 22 of its 220 while it is in trouble. */
const CAPACITY = 100;
const BLOCKS_MS = 1_000 / CAPACITY;
const TRIGGER = 0.22;
const HEALTHY_MS = 2_000;
/** What began so shortly before the trigger may meet it. */
const SETTLING_MS = 500;
const TRIGGER_MS = 10_000;
const AFTER_MS = 10_500;
/** Ten times the default, as the work is ten times as long: what may queue is the same number of requests. */
const SCALED: Partial<ServeOptions> = { queueDelayMsMax: 20 * BLOCKS_MS };

/**
 * An event loop that is nearly busy with what it is asked for slows down for 10 s; will it ever catch up?
 *
 * The control's calls each open a connection, as they did by default up to Node 18. Where a few are kept, those that live
 * through the trigger have their requests read in each turn of the loop, of which one connection that waits is taken:
 * by luck such a client has a limiter of its own, and recovers.
 */
export const metastableOverload: SocketScenario = {
  number: 14,
  title: "metastable overload: capacity -78% for 10 s",
  comparable: "OSDI'22 Retry_Metastability: with 4 attempts it never recovers",
  beside: "quiet",
  timed: true,
  run: withRig(async (rig, { measure }) => {
    const runs = [0.7, 0.85].flatMap((share) => [
      overload(rig, share, { clients: 8, policy: POLICY }, startServed).then(({ goodput, recoveredMs, after }) => {
        const load = `${percent(share, 0)} load`;
        measure(`99% for 5 s within 5 s, ${load}`, `after ${after}`, recoveredMs <= 5_000);
        measure(`goodput meanwhile >= 20%, ${load}`, percent(goodput, 1), goodput >= 0.2);
      }),
      overload(rig, share, { kind: "fresh", policy: POLICY }, startBare).then(({ recoveredMs, after, before }) => {
        const never = recoveredMs === Number.POSITIVE_INFINITY;
        const measured = `after ${after}, ${percent(before, 1)} before`;
        const control = `control: four naive attempts, a bare server, ${percent(share, 0)} load`;
        measure(control, measured, before >= 0.99 && never);
      }),
    ]);
    await Promise.all(runs);
  }),
};

/** A leaf whose event loop stands still for so long with each request. */
interface Blocking {
  readonly address: string;
  readonly block: (ms: number) => Promise<void>;
}

async function startServed(rig: Rig): Promise<Blocking> {
  const [leaf] = await rig.leaves(1, { takesMs: 0 }, SCALED);
  if (!leaf) throw new Error("no leaf was started");
  return { address: leaf.address, block: (blocksMs) => leaf.ask("behave", { blocksMs }) };
}

async function startBare(rig: Rig): Promise<Blocking> {
  const program = await rig.start<BareLeafCommands>("bare-leaf.ts");
  return { address: await program.ask("listen", 0), block: (ms) => program.ask("block", ms) };
}

async function overload(rig: Rig, share: number, options: CallersOptions, start: (rig: Rig) => Promise<Blocking>) {
  const leaf = await start(rig);
  const callers = await rig.callers([leaf.address], options);
  await callers.warm();
  await leaf.block(BLOCKS_MS);
  const load = callers.load({ perSecond: share * CAPACITY, forMs: HEALTHY_MS + TRIGGER_MS + AFTER_MS });
  await rig.pause(HEALTHY_MS);
  await leaf.block(BLOCKS_MS / TRIGGER);
  await rig.pause(TRIGGER_MS);
  await leaf.block(BLOCKS_MS);
  const { tally } = await load;
  const toMs = HEALTHY_MS + TRIGGER_MS;
  const recoveredMs = (tally.recoveredMs(toMs, 0.99, 5) ?? Number.POSITIVE_INFINITY) - toMs;
  const after = recoveredMs === Number.POSITIVE_INFINITY ? `${AFTER_MS / 1_000} s not yet` : `${recoveredMs / 1_000} s`;
  return {
    before: tally.successRatio({ toMs: HEALTHY_MS - SETTLING_MS }),
    goodput: tally.successRatio({ fromMs: HEALTHY_MS, toMs }),
    recoveredMs,
    after,
  };
}
