import { messageOf } from "../../core/errors.ts";
import type { GroupMemberSpec } from "../../discovery/group-spec.ts";
import { ownerOfTheRest } from "../../discovery/line-owner.ts";
import type { SupervisorMessage } from "../../discovery/supervisor-line.ts";

/** The part of `process` that is watched. */
interface CrashingProcess {
  readonly on: (event: "uncaughtExceptionMonitor" | "exit", listener: (what: unknown) => void) => unknown;
  readonly listenerCount: (event: string) => number;
}

export interface CrashWitnessParts {
  readonly process: CrashingProcess;
  readonly members: readonly GroupMemberSpec[];
  /** Whose the code is that runs. */
  readonly currentMember: () => string | undefined;
  readonly tell: (message: SupervisorMessage) => void;
  /** Writes a line to standard error at once. */
  readonly write: (line: string) => void;
  /** True once the group was asked to end. */
  readonly isEnding: () => boolean;
}

/**
 * Tells which service of a group ends its process: by an error that nobody caught, or by calling process.exit(). An
 * error is of the service in whose context it was thrown, timers and promises included; else of the one whose file is
 * the first in its stack.
 */
export function watchCrashes(parts: CrashWitnessParts): void {
  const { process, currentMember, tell } = parts;
  let told = false;
  process.on("uncaughtExceptionMonitor", (error) => {
    // The app takes it for itself and goes on.
    if (told || process.listenerCount("uncaughtException") > 0) return;
    told = true;
    const service = currentMember() ?? memberInStack(error, parts.members);
    tell({ kind: "crashing", message: firstLine(error), service });
    if (service !== undefined) parts.write(`${ownerOfTheRest(service)}\n`);
  });
  process.on("exit", (code) => {
    if (told || parts.isEnding()) return;
    told = true;
    tell({ kind: "crashing", message: `it called process.exit(${code})`, service: currentMember() });
  });
}

/** The service whose file comes first in an error's stack. */
export function memberInStack(error: unknown, members: readonly GroupMemberSpec[]): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  for (const frame of stack.split("\n")) {
    const member = members.find(({ file }) => frame.includes(`${file}:`));
    if (member !== undefined) return member.service;
  }
  return undefined;
}

function firstLine(error: unknown): string {
  const name = error instanceof Error ? `${error.name}: ` : "";
  return `${name}${messageOf(error)}`.split("\n", 1)[0] ?? "";
}
