import { ms, type Notes, type SocketScenario } from "../scenario.ts";
import { addressesOf } from "./rig/addresses-of.ts";
import { type Leaf, type Rig, WIRES, type Wire } from "./rig/rig.ts";
import { withRig } from "./rig/with-rig.ts";

/** Few: what counts is time. */
const LOAD = { perSecond: 30, forMs: 60_000 };

/** Nothing listens where one of four instances was. */
export const refusingReplica: SocketScenario = {
  number: 10,
  title: "connect-refused replica of 4, for a minute",
  comparable: "Finagle FailFast: 1 to 32 s between connects",
  long: true,
  run: withRig(async (rig, notes) => {
    const leaves = await rig.leaves(4);
    await Promise.all(WIRES.map(([wire, name]) => refused(rig, leaves, { wire, name }, notes)));
  }),
};

async function refused(
  rig: Rig,
  leaves: readonly Leaf[],
  { wire, name }: { readonly wire: Wire; readonly name: string },
  { measure }: Notes,
): Promise<void> {
  const [gone] = leaves;
  if (!gone) throw new Error("four were started");
  const callers = await rig.callers(addressesOf(leaves), { wire });
  await callers.warm();
  gone.signal("SIGKILL");
  await gone.ended;
  const { tally, startMs } = await callers.load(LOAD);
  const traffic = await callers.processes[0]?.ask("traffic");
  const { refusalsMs = [], requestsMs = [], connectsMs = [] } = traffic?.get(new URL(gone.address).host) ?? {};
  const [firstMs = Number.NaN] = refusalsMs;
  const nextMs = requestsMs.find((atMs) => atMs > firstMs) ?? Number.POSITIVE_INFINITY;
  const pauseMs = nextMs - firstMs;
  measure(`no request to it after the first refusal for >= 1 s, ${name}`, ms(pauseMs), pauseMs >= 1_000);
  const connects = connectsMs.filter((atMs) => atMs >= startMs).length;
  measure(`connects in 60 s <= 8, ${name}`, `${connects}`, connects >= 1 && connects <= 8);
  measure(`calls that fail: 0, ${name}`, `${tally.failed()} of ${tally.calls()}`, tally.failed() === 0);
}
