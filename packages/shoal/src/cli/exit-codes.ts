/** One row per exit code; public API for scripts: add rows, never change one. Documented in docs/cli.md. */
export const EXIT = {
  ok: { code: 0, means: "It worked." },
  failed: { code: 1, means: "It failed; the message says what to do." },
  usage: { code: 2, means: "The command line is wrong: an unknown command or option, a missing or bad value." },
  notRunning: { code: 3, means: "No fleet runs here (and the command needs one)." },
  unreachable: { code: 4, means: "The fleet runs, but its control plane does not answer." },
  config: { code: 5, means: "shoal.config.ts is missing, broken or names something that does not exist." },
  alreadyRunning: { code: 6, means: "A fleet runs here already." },
  killed: { code: 130, means: "Stopped by a second Ctrl-C, without waiting for the fleet." },
} as const satisfies Record<string, { readonly code: number; readonly means: string }>;

export type ExitName = keyof typeof EXIT;

const BY_ERROR: Readonly<Record<string, ExitName>> = {
  USAGE: "usage",
  FLEET_NOT_RUNNING: "notRunning",
  FLEET_RUNNING: "alreadyRunning",
  CONTROL_UNREACHABLE: "unreachable",
  CONFIG_INVALID: "config",
  CONFIG_MISSING: "config",
  EXECUTABLE_MISSING: "config",
};

/** The exit code for an error, by its code; 1 for all that have none of their own. */
export function exitCodeOf(errorCode: string | undefined): number {
  const name = errorCode !== undefined && Object.hasOwn(BY_ERROR, errorCode) ? BY_ERROR[errorCode] : undefined;
  return EXIT[name ?? "failed"].code;
}
