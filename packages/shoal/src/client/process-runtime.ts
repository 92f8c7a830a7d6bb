import { AsyncLocalStorage } from "node:async_hooks";
import type { Cancel } from "../core/clock.ts";
import type { Log } from "../core/log.ts";
import { controlRegistry } from "../discovery/control-registry.ts";
import { type Identity, identityFrom } from "../discovery/identity.ts";
import type { Registry } from "../discovery/port.ts";
import { parseStatic, staticRegistry } from "../discovery/static-registry.ts";
import { processLog, processMeter } from "../telemetry/process-telemetry.ts";
import { createHttpTransport, loadHttpClient } from "../transport/http-client.ts";
import { systemPorts } from "../transport/system-ports.ts";
import type { Runtime } from "./runtime.ts";

const override = new AsyncLocalStorage<Runtime>();
let ofProcess: Runtime | undefined;

/**
 * The runtime of this process, made on first use from the environment: the registry of the control plane at
 * SHOAL_CONTROL; without one, the instances that SHOAL_STATIC lists. Throws OPTION_INVALID naming the variable.
 */
export function processRuntime(): Runtime {
  ofProcess ??= fromEnvironment(process.env);
  return ofProcess;
}

/** The runtime that `withRuntime` set for the code that asks, else the process's. */
export function currentRuntime(): Runtime {
  return override.getStore() ?? processRuntime();
}

/** Runs `task` so that what it makes and calls uses another runtime: a simulator's, a colocated service's. */
export function withRuntime<Result>(runtime: Runtime, task: () => Result): Result {
  return override.run(runtime, task);
}

function fromEnvironment(env: NodeJS.ProcessEnv): Runtime {
  const identity = identityFrom(env, process.pid);
  const log = processLog();
  return Object.freeze({
    ports: systemPorts,
    identity,
    transport: createHttpTransport(),
    registry: registryOf(identity, env["SHOAL_STATIC"] ?? "", log),
    meter: processMeter(),
    log,
    holdProcess,
    warm: () => void loadHttpClient(),
  });
}

function registryOf(identity: Identity, staticList: string, log: Log): Registry {
  return identity.control === undefined
    ? staticRegistry(parseStatic(staticList, identity))
    : controlRegistry({ ports: systemPorts, identity, log });
}

/** The longest a timer can be; it is cancelled long before. */
const FOREVER_MS = 2 ** 31 - 1;

function holdProcess(): Cancel {
  const timer = setTimeout(() => {}, FOREVER_MS);
  return () => clearTimeout(timer);
}
