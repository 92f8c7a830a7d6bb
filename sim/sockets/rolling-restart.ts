import { ms, type Notes, type SocketScenario } from "../scenario.ts";
import type { BareLeafCommands } from "./programs/bare-leaf.ts";
import type { LeafCommands } from "./programs/leaf.ts";
import type { RegistryCommands } from "./programs/registry.ts";
import { addressesOf } from "./rig/addresses-of.ts";
import { type Callers, type Load, type Rig, WIRES } from "./rig/rig.ts";
import { startLeaf } from "./rig/start-leaf.ts";
import type { Program } from "./rig/start-program.ts";
import { withRig } from "./rig/with-rig.ts";

const REPLICAS = 3;
const ROUNDS = 2;
/** Half of the load reads, the other half orders, which may not be sent twice once they may have been begun. */
const PER_SECOND_EACH = 500;
/**
 * Their callers: a process with eight clients for each wire. A process that had no core for a second begins what was due
 * meanwhile all at once; of few clients that would be more than each may have in flight.
 */
const CLIENTS = 8;
const FOR_MS = 8_000;
const FIRST_MS = 1_000;
const BETWEEN_MS = 400;
/** What the bare server is given to close, in ms. */
const BARE_CLOSE_MS = 1_000;

/** Each of three replicas is replaced twice while it is called over connections that are kept alive. */
export const rollingRestart: SocketScenario = {
  number: 19,
  title: "rolling restart of 3 replicas x2 at 1000/s, GET and POST",
  comparable: "bare server.close(): 24 to 300 errors; gRPC GOAWAY",
  beside: "none",
  timed: true,
  run: withRig(async (rig, notes) => {
    await withDrain(rig, notes);
    await withBareServers(rig, notes);
  }),
};

async function withDrain(rig: Rig, { measure }: Notes): Promise<void> {
  const control = await (await rig.start<RegistryCommands>("registry.ts")).ask("listen", 0);
  const startOne = (_: unknown, index: number) => startLeaf(rig, `leaf-${index + 1}`, control);
  // All are started before, so that a busy machine only makes the rounds longer, and not the load.
  const leaves = await Promise.all(Array.from({ length: REPLICAS * (1 + ROUNDS) }, startOne));
  for (const leaf of leaves.slice(0, REPLICAS)) await leaf.ask("listen");
  const env = { SHOAL_STATIC: "", SHOAL_CONTROL: control };
  const wires = await Promise.all(WIRES.map(([wire]) => rig.callers([], { clients: CLIENTS, wire, env })));
  await Promise.all(wires.map((callers) => callers.warm()));
  const rolled = roll(rig, leaves);
  const loads = await Promise.all(wires.map((callers) => Promise.all(loadsOf(callers))));
  const drainsMs = await rolled;
  let ordered = 0;
  for (const [index, [reads, orders]] of loads.entries()) {
    const failed = reads.tally.failed() + orders.tally.failed();
    const calls = reads.tally.calls() + orders.tally.calls();
    const measured = `${failed} of ${calls}${codesOf(reads)}${codesOf(orders)}`;
    measure(`calls that fail: 0, ${WIRES[index]?.[1]}`, measured, failed === 0);
    ordered += orders.tally.calls() - orders.tally.failed();
  }
  const effects = await effectsOf(leaves);
  const twice = [...effects.values()].filter((count) => count > 1).length;
  measure(
    "orders done twice: 0; each that succeeded done once",
    `${twice}; ${effects.size} of ${ordered}`,
    twice === 0 && effects.size === ordered,
  );
  const longestMs = Math.max(...drainsMs);
  measure("an instance drains in <= 10 s", `${ms(longestMs)} at most`, longestMs <= 10_000);
}

/** The instances leave one after the other, each before the one that takes its place comes. Resolves with the times taken. */
async function roll(rig: Rig, leaves: readonly Program<LeafCommands>[]): Promise<readonly number[]> {
  const drainsMs: number[] = [];
  await rig.pause(FIRST_MS);
  for (let next = REPLICAS; next < leaves.length; next += 1) {
    const startMs = performance.now();
    await leaves[next - REPLICAS]?.ask("close");
    drainsMs.push(performance.now() - startMs);
    await leaves[next]?.ask("listen");
    await rig.pause(BETWEEN_MS);
  }
  return drainsMs;
}

async function withBareServers(rig: Rig, { measure }: Notes): Promise<void> {
  const startOne = () => rig.start<BareLeafCommands>("bare-leaf.ts");
  const programs = await Promise.all(Array.from({ length: REPLICAS * 2 }, startOne));
  const servers: { readonly program: Program<BareLeafCommands>; readonly address: string }[] = [];
  for (const program of programs.slice(0, REPLICAS)) {
    servers.push({ program, address: await program.ask("listen", 0) });
  }
  const callers = await rig.callers(addressesOf(servers), { clients: CLIENTS * 2, processes: 2, kind: "naive" });
  const rollOnce = async () => {
    await rig.pause(FIRST_MS);
    for (const [index, { program, address }] of servers.entries()) {
      await program.ask("close", BARE_CLOSE_MS);
      program.signal("SIGKILL");
      await program.ended;
      await programs[REPLICAS + index]?.ask("listen", Number(new URL(address).port));
      await rig.pause(BETWEEN_MS);
    }
  };
  const [reads, orders] = await Promise.all([...loadsOf(callers, PER_SECOND_EACH, FOR_MS / 2), rollOnce()]);
  const failed = reads.tally.failed() + orders.tally.failed();
  measure(
    "control, once: bare server.close(), naive client",
    `${failed} of ${reads.tally.calls() + orders.tally.calls()} fail`,
    failed > 0,
  );
}

function loadsOf(
  { load }: Callers,
  perSecond = PER_SECOND_EACH / WIRES.length,
  forMs = FOR_MS,
): readonly [Promise<Load>, Promise<Load>] {
  return [load({ perSecond, forMs }), load({ perSecond, forMs, operation: "order" })];
}

async function effectsOf(leaves: readonly Program<LeafCommands>[]): Promise<ReadonlyMap<string, number>> {
  const effects = new Map<string, number>();
  for (const leaf of leaves) {
    for (const [id, count] of await leaf.ask("orders")) effects.set(id, (effects.get(id) ?? 0) + count);
  }
  return effects;
}

function codesOf({ tally }: Load): string {
  const codes = [...tally.failures()].map(([code, count]) => `${count} ${code}`);
  return codes.length === 0 ? "" : `: ${codes.join(", ")}`;
}
