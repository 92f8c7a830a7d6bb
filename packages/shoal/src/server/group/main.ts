// The program of a process that runs several services; started by the supervisor with SHOAL_GROUP.
import { writeSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { inspect } from "node:util";
import { shoalError } from "../../core/errors.ts";
import { environmentRegistry } from "../../discovery/environment-registry.ts";
import { groupSpecFrom } from "../../discovery/group-spec.ts";
import { identityFrom } from "../../discovery/identity.ts";
import { tellSupervisor } from "../../discovery/supervisor-line.ts";
import { processLog } from "../../telemetry/process-telemetry.ts";
import { systemPorts } from "../../transport/system-ports.ts";
import { watchCrashes } from "./crash-witness.ts";
import { watchLoop } from "./loop-watch.ts";
import { markOutput, type OutputStream } from "./marked-output.ts";
import { currentMember, runGroup } from "./run-group.ts";

const { env } = process;
const spec = groupSpecFrom(env);
if (spec === undefined)
  throw shoalError("CONFIG_INVALID", { message: "SHOAL_GROUP is not set: this program is for the supervisor" });

const WATCH_AFTER_MS = 1_000;

let ending = false;
const flushes = [process.stdout, process.stderr].map((stream) => {
  stream.on("error", () => {}); // EPIPE: the supervisor has gone, and with it soon this process
  return markOutput(stream as OutputStream, currentMember);
});
watchCrashes({
  process,
  members: spec.members,
  currentMember,
  tell: tellSupervisor,
  write: (line) => void writeSync(2, line),
  isEnding: () => ending,
});
process.on("exit", () => {
  for (const flush of flushes) flush();
});

// When the fleet has started: it would share the machine with that.
systemPorts.clock.after(WATCH_AFTER_MS, () => watchLoop({ currentMember, tell: tellSupervisor }));

await runGroup(spec, {
  env,
  pid: process.pid,
  onSignal: (signal, listener) => void process.on(signal, listener),
  exit(code) {
    ending = true;
    process.exit(code);
  },
  load: (file) => import(pathToFileURL(file).href),
  tell: (message) => tellSupervisor(message),
  print: (error) => void process.stderr.write(`${inspect(error)}\n`),
  registry: environmentRegistry({
    ports: systemPorts,
    identity: identityFrom(env, process.pid),
    log: processLog(),
    env,
  }),
});
