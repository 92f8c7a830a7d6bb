import { rmSync } from "node:fs";
import type { FleetFile } from "../../control/fleet/fleet-file.ts";
import { isAlive } from "../../control/fleet/process-table.ts";
import { sleep } from "../../core/clock.ts";
import { flag, timeoutMs as readTimeoutMs } from "../args.ts";
import type { Command } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import type { CliPorts } from "../ports.ts";
import { checkRunning, findFleet } from "../running-fleet.ts";
import { formatDuration } from "../terminal/format.ts";

const TIMEOUT_MS = 60_000;
/** A killed process is gone at once, unless the kernel is stuck in its I/O. */
const KILLED_MS = 5_000;
const POLL_MS = 25;

/** `shoal down`: ends the supervisor by a signal, so that it works whatever state the control plane is in. */
export const down: Command = async (ports, args) => {
  const timeoutMs = readTimeoutMs(args, "timeout") ?? TIMEOUT_MS;
  const found = findFleet(ports, args);
  if (found && !found.isRunning) rmSync(found.file, { force: true });
  const { record, file } = checkRunning(ports, found);
  const startMs = ports.clock.now();
  const isJson = flag(args, "json");
  if (ports.isTerminal && !isJson) ports.stderr.write(`stopping ${record.fleet} ...\n`);

  send(record.pid, "SIGTERM");
  const endedInTime = await hasEnded(ports, record, timeoutMs);
  if (!endedInTime) {
    // Its watchdog ends every service when the supervisor is gone, however it went.
    send(record.pid, "SIGKILL");
    await hasEnded(ports, record, KILLED_MS);
    rmSync(file, { force: true });
  }
  const took = ports.clock.now() - startMs;
  const how = endedInTime ? "stopped" : "killed";
  const plain = `${how} fleet ${record.fleet} in ${formatDuration(took)}\n`;
  ports.stdout.write(isJson ? `${JSON.stringify({ fleet: record.fleet, how, tookMs: Math.round(took) })}\n` : plain);
  return endedInTime ? EXIT.ok.code : EXIT.failed.code;
};

async function hasEnded(ports: CliPorts, { pid, processStart }: FleetFile, withinMs: number): Promise<boolean> {
  const giveUpMs = ports.clock.now() + withinMs;
  while (isAlive(pid, processStart)) {
    if (ports.clock.now() >= giveUpMs) return false;
    await sleep(ports.clock, POLL_MS);
  }
  return true;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // it ended by itself meanwhile
  }
}
