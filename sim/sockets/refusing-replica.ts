import { ms, type SocketScenario } from "../scenario.ts";
import { addressesOf } from "./rig/addresses-of.ts";
import { withRig } from "./rig/with-rig.ts";

/** Few: what counts is time. The pauses double: in the half minute that is left out there is at most one connect. */
const LOAD = { perSecond: 30, forMs: 31_000 };

/** Nothing listens where one of four instances was. */
export const refusingReplica: SocketScenario = {
  number: 10,
  title: "connect-refused replica of 4, for 31 s",
  comparable: "Finagle FailFast: 1 to 32 s between connects",
  run: withRig(async (rig, { measure }) => {
    const leaves = await rig.leaves(4);
    const [gone] = leaves;
    if (!gone) throw new Error("four were started");
    const callers = await rig.callers(addressesOf(leaves), { counted: true });
    await callers.warm();
    gone.signal("SIGKILL");
    await gone.ended;
    const { tally, startMs } = await callers.load(LOAD);
    const sockets = await callers.processes[0]?.ask("sockets");
    const { refusalsMs = [], requestsMs = [], connectsMs = [] } = sockets?.get(new URL(gone.address).host) ?? {};
    const [firstMs = Number.NaN] = refusalsMs;
    const nextMs = requestsMs.find((atMs) => atMs > firstMs) ?? Number.POSITIVE_INFINITY;
    measure(
      "no request to it after the first refusal for >= 1 s",
      `${ms(nextMs - firstMs)}`,
      nextMs - firstMs >= 1_000,
    );
    const connects = connectsMs.filter((atMs) => atMs >= startMs).length;
    measure("connects in 31 s <= 7, so in 60 s <= 8", `${connects}`, connects >= 1 && connects <= 7);
    measure("calls that fail: 0", `${tally.failed()} of ${tally.calls()}`, tally.failed() === 0);
  }),
};
