import type { InstanceState } from "../api/contract.ts";
import type { MachineOptions } from "./instance-options.ts";

/** What happened. Events of a process carry its run: those of an earlier process are ignored. */
export type InstanceEvent =
  /** Someone asked for it to run. */
  | { readonly kind: "start" }
  /** Someone asked for it to stop; `quick` leaves out the pause in which callers learn that it goes. */
  | { readonly kind: "stop"; readonly quick: boolean }
  /** Someone asked for a new process, or a file that it loaded changed. */
  | { readonly kind: "restart"; readonly cause: "request" | "change" }
  /** `wakeMs` has come. */
  | { readonly kind: "woke" }
  | { readonly kind: "spawned"; readonly run: number }
  /** It could not be started at all. */
  | { readonly kind: "unspawnable"; readonly run: number; readonly reason: string }
  /** It said itself why it is about to fail. */
  | { readonly kind: "complained"; readonly run: number; readonly reason: string }
  | { readonly kind: "ready"; readonly run: number }
  | { readonly kind: "healthy"; readonly run: number }
  /** `silent`: it did not answer in time. */
  | { readonly kind: "unhealthy"; readonly run: number; readonly reason: string; readonly silent: boolean }
  | { readonly kind: "exited"; readonly run: number; readonly reason: string };

/** What the shell does next. */
export type InstanceEffect =
  | { readonly kind: "spawn"; readonly run: number }
  /** To its whole process group. */
  | { readonly kind: "signal"; readonly signal: "SIGTERM" | "SIGKILL" }
  /** A third-party registration: tell the registry that it is ready, or that it goes. */
  | { readonly kind: "join" }
  | { readonly kind: "leave" }
  /** A line about the instance, for people. */
  | { readonly kind: "say"; readonly text: string };

/** Where it is. Times are on the scale of `nowMs`. */
export type Phase =
  | { readonly kind: "stopped" }
  | {
      readonly kind: "starting";
      readonly spawned: boolean;
      readonly beganMs: number;
      readonly complaint: string | null;
    }
  | { readonly kind: "ready"; readonly readyMs: number; readonly failures: number }
  | {
      readonly kind: "stopping";
      readonly shown: "draining" | "unhealthy" | "failed";
      /** What follows its exit. */
      readonly next: "stop" | "start" | "fail";
      /** Signal that comes at `untilMs`; undefined when the last one is sent. */
      readonly signal: "SIGTERM" | "SIGKILL" | undefined;
      readonly untilMs: number;
    }
  | {
      readonly kind: "waiting";
      readonly shown: "backoff" | "crash-loop" | "failed";
      readonly untilMs: number;
    };

export interface Machine {
  readonly phase: Phase;
  /** Number of the present or last process; 0 before the first. */
  readonly run: number;
  /** Exits of its own accord within the last `crashWindowMs`, oldest first; at most `crashesMax`. */
  readonly exitsMs: readonly number[];
  /** Failed starts since the last time it was healthy for `healthyMs`. */
  readonly failedRuns: number;
  /** It crashed too often and has not been healthy for `healthyMs` since. */
  readonly looping: boolean;
  /** Why it ended last, or is not ready; null when all is well. */
  readonly reason: string | null;
}

export interface Step {
  readonly machine: Machine;
  readonly effects: readonly InstanceEffect[];
}

/** Never started. */
export const NEVER_STARTED: Machine = Object.freeze<Machine>({
  phase: { kind: "stopped" },
  run: 0,
  exitsMs: [],
  failedRuns: 0,
  looping: false,
  reason: null,
});

/** When `woke` is due, or undefined. */
export function wakeMs(machine: Machine, options: MachineOptions): number | undefined {
  const { phase } = machine;
  switch (phase.kind) {
    case "starting":
      return phase.beganMs + options.readyMs;
    case "stopping":
      return phase.signal === undefined ? undefined : phase.untilMs;
    case "waiting":
      return phase.untilMs;
    default:
      return undefined;
  }
}

/** The state that people see. */
export function stateOf(machine: Machine): InstanceState {
  const { phase } = machine;
  return phase.kind === "stopping" || phase.kind === "waiting" ? phase.shown : phase.kind;
}
