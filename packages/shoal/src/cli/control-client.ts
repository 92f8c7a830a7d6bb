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

/**
 * The only way of the command line to the control plane: the typed consumer of its contract, at one address.
 * @param address Such as "http://127.0.0.1:4400".
 * @param token What a control plane that is open to the network asks for. Default: none.
 */
export function connectControl(ports: Ports, address: string, token?: string): ControlClient {
  const place = { realm: "local", zone: "local" };
  const registry = staticRegistry(parseStatic(`${controlContract.name}=${address}`, place));
  const runtime = cliRuntime({ ports, registry, realm: place.realm, control: address, token });
  const consumer = withRuntime(runtime, () => use(controlContract, POLICY));
  const methods = Object.entries(consumer).map(([name, method]) => [
    name,
    (...input: unknown[]) =>
      withRuntime(runtime, () => (method as (...input: unknown[]) => Promise<unknown>)(...input)).catch((cause) => {
        throw unanswered(cause) ? unreachable(address, cause) : cause;
      }),
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

function unreachable(address: string, cause: unknown) {
  return shoalError("CONTROL_UNREACHABLE", { message: `the control plane does not answer at ${address}`, cause });
}
