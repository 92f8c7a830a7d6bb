import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { ms, type Notes, type SocketScenario } from "../scenario.ts";
import type { ChainCommands } from "./programs/chain.ts";
import type { Rig } from "./rig/rig.ts";
import { withRig } from "./rig/with-rig.ts";

const TOTAL_MS = 200;
const MIDDLE_MS = 150;
const END_MS = 100;
const CALLS = 40;
const HOUR_MS = 3_600_000;
const SKEW = pathToFileURL(resolve(import.meta.dirname, "programs/skewed-clock.ts")).href;

/** A gives its call 200 ms; B takes 150 of them and then asks C, which would take 100. */
export const deadlineChain: SocketScenario = {
  number: 18,
  title: "deadline chain: 200 ms for 150 and 100",
  comparable: "gRPC deadlines: relative on the wire",
  timed: true,
  run: withRig(async (rig, { measure }) => {
    await chain(rig, measure, "all clocks right", [0, 0]);
    await chain(rig, measure, "B's an hour ahead, C's behind", [HOUR_MS, -HOUR_MS]);
    await expiresInQueue(rig, measure);
  }),
};

async function chain(
  rig: Rig,
  measure: Notes["measure"],
  name: string,
  [ofB, ofC]: readonly [number, number],
): Promise<void> {
  const c = await startOne(rig, ofC);
  const addressOfC = await c.ask("serveEnd", END_MS, CALLS);
  const b = await startOne(rig, ofB, `end=${addressOfC}`);
  const addressOfB = await b.ask("serveMiddle", MIDDLE_MS);
  const a = await startOne(rig, 0, `middle=${addressOfB}`);
  const skewMs = (await b.ask("date")) - (await c.ask("date"));
  await a.ask("call", "middle", 2_000, 1); // what is loaded with the first call is loaded
  const codes: string[] = [];
  for (let call = 0; call < CALLS; call += 1) codes.push(...(await a.ask("call", "middle", TOTAL_MS, 1)));
  const [, ...seen] = await c.ask("seen");
  const [, ...overMs] = await b.ask("overMs");
  // a busy machine lets B take longer than it is to: then less is left, as it should be
  const remaining = seen.map(({ remainingMs }, index) => remainingMs + (overMs[index] ?? 0)).toSorted((x, y) => x - y);
  const medianMs = remaining[Math.floor(remaining.length / 2)] ?? Number.NaN;
  measure(`C sees 40 to 50 ms left, ${name}`, `${ms(medianMs)}`, medianMs >= 40 && medianMs <= 50);
  const lateMs = Math.max(...seen.map((one) => one.lateMs));
  const failed = codes.filter((code) => code !== "").length;
  measure(
    `no work goes on > 20 ms after its time, ${name}`,
    `${ms(Math.max(0, lateMs))} of ${seen.length}, ${failed} of ${CALLS} calls fail`,
    lateMs <= 20 && failed === CALLS && Math.abs(skewMs - (ofB - ofC)) < HOUR_MS / 2,
  );
}

/** One place, taken for longer than those who wait have time. */
async function expiresInQueue(rig: Rig, measure: Notes["measure"]): Promise<void> {
  const holdMs = 1_000;
  const c = await startOne(rig, 0);
  const address = await c.ask("serveEnd", holdMs, 1);
  const a = await startOne(rig, 0, `end=${address}`);
  await a.ask("call", "end", 5 * holdMs, 1); // what is loaded with the first call is loaded
  const holding = a.ask("call", "end", 5 * holdMs, 1);
  await rig.pause(holdMs / 4);
  const codes = await a.ask("call", "end", TOTAL_MS, 20);
  const [held] = await holding;
  const [, , ...expired] = await c.ask("seen");
  measure(
    "what expires while it waits never reaches the handler",
    `${expired.length} of ${codes.length}`,
    expired.length === 0 && held === "" && codes.every((code) => code !== ""),
  );
}

function startOne(rig: Rig, skewMs: number, known = "") {
  return rig.start<ChainCommands>("chain.ts", {
    SHOAL_STATIC: known,
    ...(skewMs === 0 ? {} : { NODE_OPTIONS: `--import ${SKEW}`, SKEW_MS: String(skewMs) }),
  });
}
