// What bin/shoal.mjs runs.
import { processPorts } from "./process-ports.ts";
import { runCli } from "./program.ts";

const ports = processPorts();
// Timers of the ports let the process end, and a command may wait on nothing else for a while.
const alive = setInterval(() => {}, 2 ** 31 - 1);
const code = await runCli(ports, process.argv.slice(2));
clearInterval(alive);
await Promise.all([ports.stdout.flush(), ports.stderr.flush()]);
// Idle connections kept for reuse would hold the process for seconds.
process.exit(code);
