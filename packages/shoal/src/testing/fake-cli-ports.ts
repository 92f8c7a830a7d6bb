import type { ControlClient } from "../cli/control-client.ts";
import type { CliPorts, Output } from "../cli/ports.ts";
import { seededRandom } from "./seeded-random.ts";
import { createVirtualClock, type VirtualClock } from "./virtual-clock.ts";

/** Ports of the command line that remember what was written, and a clock that stands still. */
export interface FakeCliPorts extends CliPorts {
  readonly clock: VirtualClock;
  /** Everything written to stdout. */
  readonly out: () => string;
  /** Everything written to stderr. */
  readonly err: () => string;
  /** Sends a signal to whoever listens. */
  readonly interrupt: (signal?: NodeJS.Signals) => void;
  /** Moves time from timer to timer until the promise has settled, and returns what it resolves to. */
  readonly settle: <Value>(promise: Promise<Value>) => Promise<Value>;
  /** How many listen for signals now. */
  readonly listeners: () => number;
}

export interface FakeCliOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly isTerminal?: boolean;
  readonly colours?: boolean;
  readonly env?: CliPorts["env"];
  readonly cwd?: string;
  readonly stdin?: string;
  /** Operations not given throw. */
  readonly control?: Partial<ControlClient>;
}

/** No terminal, 80 columns, no colours, unless told otherwise. */
export function fakeCliPorts(options: FakeCliOptions = {}): FakeCliPorts {
  const clock = createVirtualClock();
  const stdout = rememberingOutput();
  const stderr = rememberingOutput();
  const listeners = new Set<(signal: NodeJS.Signals) => void>();
  return {
    stdout,
    stderr,
    out: stdout.text,
    err: stderr.text,
    readStdin: async () => options.stdin ?? "",
    isTerminal: options.isTerminal ?? false,
    columns: () => options.columns ?? 80,
    rows: () => options.rows ?? 24,
    colours: options.colours ?? false,
    env: options.env ?? {},
    cwd: options.cwd ?? "/",
    clock,
    random: seededRandom(1),
    onInterrupt(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    connectControl: async () => (options.control ?? {}) as ControlClient,
    interrupt(signal = "SIGINT") {
      for (const listener of listeners) listener(signal);
    },
    listeners: () => listeners.size,
    async settle(promise) {
      let isSettled = false;
      const settled = promise.finally(() => {
        isSettled = true;
      });
      settled.catch(() => {});
      // bounded: by the test's own timeout
      while (!isSettled) await clock.advanceToNext();
      return settled;
    },
  };
}

function rememberingOutput(): Output & { readonly text: () => string } {
  let text = "";
  return {
    write(more) {
      text += typeof more === "string" ? more : Buffer.from(more).toString("latin1");
    },
    flush: async () => {},
    text: () => text,
  };
}
