// Runs the fleet of a config in this very process, for tests that kill it or look at its memory. Prints JSON lines.
import { loadConfig } from "../../packages/shoal/src/control/fleet/load-config.ts";
import { createSupervisor } from "../../packages/shoal/src/control/fleet/supervisor.ts";

const supervisor = createSupervisor({ ...(await loadConfig(process.cwd(), process.argv[2])), watch: false });
const print = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);

let lines = 0;
let rssBytesMax = 0;
supervisor.onLines((batch) => {
  lines += batch.length;
  rssBytesMax = Math.max(rssBytesMax, process.memoryUsage.rss());
});
process.once("SIGTERM", async () => {
  await supervisor.stop();
  process.exit(0);
});
await supervisor.start();
print({ started: supervisor.controlUrl() });
await supervisor.settled();
print({ settled: supervisor.instances(), lines, rssBytesMax });
