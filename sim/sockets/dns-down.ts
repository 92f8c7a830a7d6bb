import type { SocketScenario } from "../scenario.ts";
import type { DnsCommands, DnsQuery } from "./programs/dns-server.ts";
import type { Leaf, Rig } from "./rig/rig.ts";
import { withRig } from "./rig/with-rig.ts";

const HOSTS = ["127.0.0.1", "127.0.0.2", "127.0.0.3"];
/** Answers hold for 1 s: the outage is 15 of those, as five minutes are of one that holds for 20 s. */
const TTL_SECONDS = 1;
const WELL_MS = 3_000;
const DOWN_MS = 15_000;
const COLD_CALLS = 50;

/** The only name server stands still, after fifty calls at once were the first to ask it. */
export const dnsDown: SocketScenario = {
  number: 23,
  title: "DNS down for 15 times as long as its answers hold",
  comparable: "undici: 50 lookups for 50 calls, then EAI_AGAIN",
  run: withRig(async (rig, { measure }) => {
    const leaves = await leavesOnOnePort(rig);
    const dns = await rig.start<DnsCommands>("dns-server.ts");
    const nameServer = await dns.ask("listen", HOSTS, TTL_SECONDS);
    const [callers] = await Promise.all([
      rig.callers([], {
        env: { SHOAL_STATIC: "", SHOAL_DNS: `svc.test:${new URL(leaves[0]?.address ?? "").port}` },
        nameServer,
      }),
    ]);
    const cold = await callers.load({ perSecond: COLD_CALLS, forMs: 1_000, arrivals: "together" });
    const [first, ...next] = (await dns.ask("queries")).filter(({ type }) => type === 1);
    const beside = next.filter(({ atMs }) => atMs < (first?.answeredMs ?? 0)).length;
    measure(`lookups for ${COLD_CALLS} calls at once: 1`, `${beside + 1}`, first !== undefined && beside === 0);
    measure("calls that fail cold: 0", `${cold.tally.failed()} of ${cold.tally.calls()}`, cold.tally.failed() === 0);

    const load = callers.load({ perSecond: 40, forMs: WELL_MS + DOWN_MS + WELL_MS });
    await rig.pause(WELL_MS);
    dns.signal("SIGSTOP");
    await rig.pause(DOWN_MS);
    dns.signal("SIGCONT");
    const { tally } = await load;
    measure("calls that fail: 0", `${tally.failed()} of ${tally.calls()}`, tally.failed() === 0);
    const queries = await dns.ask("queries");
    const most = Math.max(...queries.map((query) => inFlightWith(query, queries)));
    measure("lookups of one name in flight <= 1", `${most}, ${queries.length} in all`, most === 1);
  }),
};

/** Address records say nothing of ports. */
async function leavesOnOnePort(rig: Rig): Promise<readonly Leaf[]> {
  const [host, ...others] = HOSTS;
  const first = await rig.leaves(1, {}, {}, { host: host ?? "" });
  const port = Number(new URL(first[0]?.address ?? "").port);
  const rest = await Promise.all(others.map((other) => rig.leaves(1, {}, {}, { host: other, port })));
  return [...first, ...rest.flat()];
}

/** Lookups of the same records that were in flight when this one began, itself included. */
function inFlightWith({ name, type, atMs }: DnsQuery, queries: readonly DnsQuery[]): number {
  const same = queries.filter((query) => query.name === name && query.type === type);
  return same.filter((query) => query.atMs <= atMs && query.answeredMs > atMs).length;
}
