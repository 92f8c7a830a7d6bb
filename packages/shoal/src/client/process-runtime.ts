import { AsyncLocalStorage } from "node:async_hooks";
import { environmentRegistry } from "../discovery/environment-registry.ts";
import { type Identity, identityFrom } from "../discovery/identity.ts";
import type { Registry } from "../discovery/port.ts";
import {
  processLog,
  processMeter,
  processRecorder,
  processResilience,
  type Telemetry,
} from "../telemetry/process-telemetry.ts";
import { loadHttpClient } from "../transport/http-client.ts";
import { localFirst } from "../transport/local-addresses.ts";
import { createProcessTransport } from "../transport/process-transport.ts";
import { holdProcess, systemPorts } from "../transport/system-ports.ts";
import { policiesFrom } from "./policy-overrides.ts";
import type { GroupMember, Runtime } from "./runtime.ts";

const override = new AsyncLocalStorage<Runtime>();
let ofProcess: Runtime | undefined;
/** Read with this module and not with the first call: what is wrong with it should end the process when it starts. */
const policies = policiesFrom(process.env);

/**
 * The runtime of this process, made on first use from the environment; `environmentRegistry` says which registry it
 * asks for. Throws OPTION_INVALID naming the variable.
 */
export function processRuntime(): Runtime {
  ofProcess ??= fromEnvironment(process.env);
  return ofProcess;
}

/** The runtime that `withRuntime` set for the code that asks, else the process's. */
export function currentRuntime(): Runtime {
  return override.getStore() ?? processRuntime();
}

/** True inside of `withRuntime`. */
export function hasOwnRuntime(): boolean {
  return override.getStore() !== undefined;
}

/** Runs `task` so that what it makes and calls uses another runtime: a simulator's, a colocated service's. */
export function withRuntime<Result>(runtime: Runtime, task: () => Result): Result {
  return override.run(runtime, task);
}

const ofThisProcess = {
  meter: processMeter,
  log: processLog,
  recorder: processRecorder,
  resilience: processResilience,
};

function fromEnvironment(env: NodeJS.ProcessEnv): Runtime {
  const identity = identityFrom(env, process.pid);
  return runtimeOf(identity, {
    telemetry: ofThisProcess,
    registry: environmentRegistry({ ports: systemPorts, identity, log: processLog(), env }),
  });
}

/** SHOAL_MUX=off keeps all calls on HTTP/1.1, for whoever has to look at them on the wire. */
function speaksMux(): boolean {
  return process.env["SHOAL_MUX"] !== "off";
}

/** What differs between the services of a process. */
export interface RuntimeParts {
  readonly telemetry: Omit<Telemetry, "flush">;
  readonly registry: Registry;
  readonly member?: GroupMember | undefined;
}

/** A runtime over the machine's own time and network. */
export function runtimeOf(identity: Identity, { telemetry, registry, member }: RuntimeParts): Runtime {
  return Object.freeze({
    ports: systemPorts,
    identity,
    transport: localFirst(createProcessTransport({ clock: systemPorts.clock, log: telemetry.log(), mux: speaksMux() })),
    registry,
    meter: telemetry.meter(),
    recorder: telemetry.recorder(),
    resilience: telemetry.resilience(),
    policies,
    log: telemetry.log(),
    holdProcess,
    warm: () => void loadHttpClient(),
    ...(member && { member }),
  });
}
