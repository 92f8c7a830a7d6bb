import { withRuntime } from "../client/process-runtime.ts";
import { type Consumer, use } from "../client/use.ts";
import { controlContract } from "../control/api/contract.ts";
import { isShoalError, shoalError } from "../core/errors.ts";
import type { Ports } from "../core/service.ts";
import { parseStatic, staticRegistry } from "../discovery/static-registry.ts";
import { cliRuntime } from "./cli-runtime.ts";

type Operations = {
  readonly [Name in keyof typeof controlContract.operations]: (typeof controlContract.operations)[Name];
};

/** The control plane's API, typed. Its methods throw CONTROL_UNREACHABLE when it does not answer. */
export type ControlClient = Consumer<Operations>;

/** Longer than its longest long poll, 5 s, and than a restart command that waits for a busy supervisor. */
const ATTEMPT_MS = 10_000;
const POLICY = { attemptMs: ATTEMPT_MS, deadlineMs: 2 * ATTEMPT_MS, waitForInstanceMs: 500 };

/** Longer than a long poll: who waits for so long should know what for. */
const SLOW_MS = 6_000;

export interface ControlClientOptions {
  /** What a control plane that is open to the network asks for. Default: none. */
  readonly token?: string | undefined;
  /** Told once, in words, when a call has waited for 6 s. Default: nobody is told. */
  readonly onSlow?: (note: string) => void;
}

/**
 * The only way of the command line to the control plane: the typed consumer of its contract, at one address.
 * @param address Such as "http://127.0.0.1:4400".
 */
export function connectControl(ports: Ports, address: string, options: ControlClientOptions = {}): ControlClient {
  const { token, onSlow } = options;
  const place = { realm: "local", zone: "local" };
  const registry = staticRegistry(parseStatic(`${controlContract.name}=${address}`, place));
  const runtime = cliRuntime({ ports, registry, realm: place.realm, control: address, token });
  const consumer = withRuntime(runtime, () => use(controlContract, POLICY));
  let told = false;
  const tellSlow = () => {
    if (!told) onSlow?.(`the control plane at ${address} has not answered for 6 s; 20 s are waited for`);
    told = true;
  };
  const methods = Object.entries(consumer).map(([name, method]) => [
    name,
    async (...input: unknown[]) => {
      const cancel = ports.clock.after(SLOW_MS, tellSlow);
      try {
        return await withRuntime(runtime, () => (method as (...input: unknown[]) => Promise<unknown>)(...input));
      } catch (cause) {
        throw unanswered(cause) ? unreachable(address, cause) : cause;
      } finally {
        cancel();
      }
    },
  ]);
  return Object.fromEntries(methods) as ControlClient;
}

/** Codes that mean, when they were made in this process, that nobody answered. */
const UNANSWERED: ReadonlySet<string> = new Set([
  "ATTEMPT_TIMEOUT",
  "CONNECTION_LOST",
  "CONNECT_FAILED",
  "DEADLINE_EXCEEDED",
  "LIMIT_REACHED",
  "NO_INSTANCE",
]);

function unanswered(cause: unknown): boolean {
  return isShoalError(cause) && cause.origin === undefined && UNANSWERED.has(cause.code);
}

/** Codes of who accepted a connection and said nothing: it runs, so that to start it would be no help. */
const SILENT: ReadonlySet<string> = new Set(["ATTEMPT_TIMEOUT", "DEADLINE_EXCEEDED"]);

function unreachable(address: string, cause: unknown) {
  if (isShoalError(cause) && SILENT.has(cause.code)) {
    return shoalError("CONTROL_UNREACHABLE", {
      message: `the control plane at ${address} runs but does not answer`,
      hint: "It is busy, or hung: after a minute of silence its fleet restarts it. Services go on without it.",
      cause,
    });
  }
  return shoalError("CONTROL_UNREACHABLE", { message: `the control plane does not answer at ${address}`, cause });
}
