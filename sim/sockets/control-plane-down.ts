import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ms, type SocketScenario } from "../scenario.ts";
import type { RegistryCommands } from "./programs/registry.ts";
import type { Callers, Load, Rig, Wire } from "./rig/rig.ts";
import { startLeaf } from "./rig/start-leaf.ts";
import { wallMs } from "./rig/wall-clock.ts";
import { withRig } from "./rig/with-rig.ts";

const PER_SECOND = 50;
const DOWN_MS = 60_000;
const DIES_MS = 10_000;
const COLD_MS = 20_000;
/** A process writes what it knows half a second after it has changed. */
const SAVED_MS = 1_500;
const BACK_MS = 3_000;
/** So many calls meet it first, before its refusal is heard of, and one each after 1, 2, 4, 8, 16 and 32 s more. */
const CONNECTS_MAX = 4 + 6;

/** The registry's process is killed for a minute; meanwhile an instance dies, and a caller starts that never saw it. */
export const controlPlaneDown: SocketScenario = {
  number: 21,
  title: "control plane down for 60 s",
  comparable: "gRPC A57, Consul's anti-entropy, Eureka's self-preservation",
  long: true,
  timed: true,
  async run(notes) {
    const state = mkdtempSync(join(tmpdir(), "shoal-sim-"));
    try {
      await withRig((rig) => run(rig, notes, state))(notes);
    } finally {
      rmSync(state, { recursive: true, force: true });
    }
  },
};

async function run(rig: Rig, { measure }: Parameters<SocketScenario["run"]>[0], state: string): Promise<void> {
  const registry = await rig.start<RegistryCommands>("registry.ts");
  const control = await registry.ask("listen", 0);
  const leaves = await Promise.all([1, 2, 3].map((number) => startLeaf(rig, `leaf-${number}`, control)));
  const addresses = await Promise.all(leaves.map((leaf) => leaf.ask("listen")));
  const startCaller = (wire: Wire) =>
    rig.callers([], {
      wire,
      env: { SHOAL_STATIC: "", SHOAL_CONTROL: control, SHOAL_STATE: state, SHOAL_SERVICE: "caller" },
    });
  const caller = await startCaller("any");
  await caller.warm();
  await rig.pause(SAVED_MS);

  registry.signal("SIGKILL");
  await registry.ended;
  const diesAfter = async () => {
    await rig.pause(DIES_MS);
    leaves[0]?.signal("SIGKILL");
    return wallMs();
  };
  const coldAfter = async () => {
    await rig.pause(COLD_MS);
    const cold = await startCaller("http/1.1");
    return { cold, load: await cold.load({ perSecond: PER_SECOND, forMs: DOWN_MS - COLD_MS }) };
  };
  const [warmLoad, { cold, load: coldLoad }, diedMs] = await Promise.all([
    caller.load({ perSecond: PER_SECOND, forMs: DOWN_MS }),
    coldAfter(),
    diesAfter(),
  ]);
  const { tally } = warmLoad;
  measure("calls that fail: 0", `${tally.failed()} of ${tally.calls()}`, tally.failed() === 0);
  const coldFailed = coldLoad.tally.failed();
  measure(
    "those of a process that starts meanwhile, from what is on disk: 0",
    `${coldFailed} of ${coldLoad.tally.calls()}, the first in ${ms(firstMs(coldLoad.results[0]))}${codesOf(coldLoad)}`,
    coldFailed === 0,
  );
  const connects = await Promise.all([caller, cold].map((one) => connectsTo(one, addresses[0] ?? "", diedMs)));
  measure(
    "connects to the dead one, by accrual alone: <= 4 and 6 trials",
    connects.join(" and "),
    connects.every((count) => count >= 1 && count <= CONNECTS_MAX),
  );

  const next = await rig.start<RegistryCommands>("registry.ts");
  await next.ask("listen", Number(new URL(control).port));
  const back = await caller.load({ perSecond: PER_SECOND, forMs: BACK_MS });
  const known = (await next.ask("instances")).toSorted();
  measure(
    "back, it learns who is there, and no call fails",
    `${known.join(", ")}; ${back.tally.failed()} of ${back.tally.calls()}`,
    known.join() === "leaf-2,leaf-3" && back.tally.failed() === 0,
  );
}

function codesOf({ tally }: Load): string {
  return [...tally.failures()].map(([code, count]) => `, ${count} ${code}`).join("");
}

/** What the call took that began first. */
function firstMs(
  result: { readonly startsMs: readonly number[]; readonly endsMs: readonly number[] } | undefined,
): number {
  if (!result) return Number.NaN;
  const index = result.startsMs.indexOf(Math.min(...result.startsMs));
  return (result.endsMs[index] ?? Number.NaN) - (result.startsMs[index] ?? 0);
}

async function connectsTo({ processes }: Callers, address: string, fromMs: number): Promise<number> {
  const traffic = await processes[0]?.ask("traffic");
  const { connectsMs = [] } = traffic?.get(new URL(address).host) ?? {};
  return connectsMs.filter((atMs) => atMs >= fromMs).length;
}
