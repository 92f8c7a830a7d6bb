import { realpathSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { getCallSites } from "node:util";
import { currentRuntime } from "../client/process-runtime.ts";
import { flushProcessTelemetry } from "../telemetry/process-telemetry.ts";
import type { Listening } from "./listen.ts";

/** What a service that starts by itself needs of its process. */
export interface ProcessHost {
  readonly onSignal: (signal: StopSignal, listener: () => void) => void;
  readonly exit: (code: number) => void;
  /** Says why the process ends. */
  readonly fail: (cause: unknown) => void;
  /** Sends what is still to be sent before the process ends. */
  readonly flush: () => Promise<void>;
}

const STOP_SIGNALS = { SIGTERM: 15, SIGINT: 2 } as const;
export type StopSignal = keyof typeof STOP_SIGNALS;

/**
 * True when the caller of the function that asks is the file Node was told to run: only then does it listen by itself,
 * and importing it elsewhere, as a test does, has no effect.
 * @param depth Frames between this function and the file; 2 when the file calls a function that calls this one.
 * @param main The file that was run. Default: Node's own first argument.
 */
export function isMainFile(depth: number, main = process.argv[1]): boolean {
  const script = getCallSites(depth + 1)[depth]?.scriptName;
  if (main === undefined || script === undefined) return false;
  try {
    return realpathSync(script.startsWith("file:") ? fileURLToPath(script) : script) === realpathSync(main);
  } catch {
    return false; // code from elsewhere: eval, a bundle's virtual file
  }
}

/**
 * Runs services for the life of a process: each is listened with; SIGTERM and SIGINT drain them all, and the process
 * ends with 0; a second signal ends it at once (128 + its number); a service that cannot start ends it with 1.
 */
export function createSelfStart(host: ProcessHost): (start: () => Promise<Pick<Listening, "close">>) => Promise<void> {
  const listening = new Set<Pick<Listening, "close">>();
  let watching = false;
  let stopping = false;

  const stop = async (signal: StopSignal) => {
    if (stopping) return host.exit(128 + STOP_SIGNALS[signal]);
    stopping = true;
    // One that is still starting has taken no request: there is nothing to wait for.
    await Promise.all([...listening].map((one) => one.close()));
    await host.flush();
    host.exit(0);
  };
  const watchSignals = () => {
    watching = true;
    for (const signal of ["SIGTERM", "SIGINT"] as const) host.onSignal(signal, () => void stop(signal));
  };

  return async (start) => {
    if (!watching) watchSignals();
    try {
      listening.add(await start());
    } catch (cause) {
      if (stopping) return;
      host.fail(cause);
      host.exit(1);
    }
  };
}

const processHost: ProcessHost = {
  onSignal: (signal, listener) => void process.on(signal, listener),
  exit: (code) => process.exit(code),
  fail: (cause) => currentRuntime().log.error("the service could not start", { error: cause }),
  flush: flushProcessTelemetry,
};

/** Starts a service in this process; see `createSelfStart`. */
export const selfStart = createSelfStart(processHost);
