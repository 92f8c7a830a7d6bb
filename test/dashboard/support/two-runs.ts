import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { sendLines, sendRequests } from "./telemetry.ts";
import { copyOfTuition, startFleetIn, type TuitionFleet } from "./tuition-fleet.ts";

/** One service and nobody who calls it: what the runs hold is what a test sends. */
const CONFIG = `import { fleet, node } from "shoal/fleet";
export default fleet("tuition", { schools: node("services/schools.ts") });
`;

/**
 * A fleet in its second run. Since the first, `shop.buy` fails, `shop.look` takes three times as long, `shop.pay` is as
 * it was, and `shop.greet` was called too seldom to tell; a line of a new error was printed five times.
 */
export async function startSecondRun(): Promise<TuitionFleet> {
  const folder = copyOfTuition();
  writeFileSync(join(folder, "shoal.config.ts"), CONFIG);
  const first = await startFleetIn(folder, { keep: true });
  await sendRequests(first.url, [
    { service: "shop", operation: "buy", count: 280, ms: 9 },
    { service: "shop", operation: "look", count: 900, ms: 4 },
    { service: "shop", operation: "pay", count: 100, ms: 20 },
    { service: "shop", operation: "greet", count: 7, ms: 1 },
  ]);
  await first[Symbol.asyncDispose]();
  const second = await startFleetIn(folder);
  await sendRequests(second.url, [
    { service: "shop", operation: "buy", count: 340, errors: 41, ms: 9 },
    { service: "shop", operation: "look", count: 800, ms: 12 },
    { service: "shop", operation: "pay", count: 100, ms: 20 },
    { service: "shop", operation: "greet", count: 900, ms: 1 },
  ]);
  const error = JSON.stringify({ level: "error", msg: "no price for <b>books</b>" });
  await sendLines(second.url, Array(5).fill({ service: "shop", instance: "shop-1", text: error }));
  return second;
}
