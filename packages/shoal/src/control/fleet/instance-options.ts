import { checkDurationMs, checkInteger, withDefaults } from "../../core/options.ts";

/** How the life of an instance is paced. Durations in ms. */
export interface MachineOptions {
  /** From start to ready. Default 30 000. */
  readonly readyMs: number;
  /** From SIGTERM to SIGKILL. Default 10 000. */
  readonly stopMs: number;
  /**
   * From leaving the registry to SIGTERM, for programs that know nothing of draining. Default 0: a process with
   * Shoal's surroundings leaves and drains by itself.
   */
  readonly leaveMs: number;
  /** The first pause after an exit; it doubles with each. Default 100. */
  readonly backoffMsFirst: number;
  /** Default 10 000. */
  readonly backoffMsMax: number;
  /** Ready for this long means healthy: earlier crashes are forgotten. Default 30 000. */
  readonly healthyMs: number;
  /** Exits within `crashWindowMs` that make a crash loop. Default 5. */
  readonly crashesMax: number;
  /** Default 60 000. */
  readonly crashWindowMs: number;
  /** Pause between tries in a crash loop, and after never having become ready. Default 60 000. */
  readonly crashLoopMs: number;
  /** Failed health checks in a row that make it unhealthy. Default 3. */
  readonly failuresMax: number;
  /**
   * The same when it does not answer in time. Default 10, more than a minute: most that are silent are only busy, and
   * to restart who is overloaded makes an overload an outage.
   */
  readonly silencesMax: number;
  /** What to say when it never becomes ready. */
  readonly unreadyReason: string;
}

/** The defaults of supervisors that have been lived with (systemd, Kubernetes): quick at first, calm in the end. */
export const MACHINE_DEFAULTS: MachineOptions = Object.freeze({
  readyMs: 30_000,
  stopMs: 10_000,
  leaveMs: 0,
  backoffMsFirst: 100,
  backoffMsMax: 10_000,
  healthyMs: 30_000,
  crashesMax: 5,
  crashWindowMs: 60_000,
  crashLoopMs: 60_000,
  failuresMax: 3,
  silencesMax: 10,
  unreadyReason: "did not become ready in time",
});

/** Throws OPTION_INVALID. */
export function resolveMachineOptions(given?: Partial<MachineOptions>): MachineOptions {
  const options = withDefaults(MACHINE_DEFAULTS, given);
  for (const key of [
    "readyMs",
    "backoffMsFirst",
    "backoffMsMax",
    "healthyMs",
    "crashWindowMs",
    "crashLoopMs",
  ] as const) {
    checkDurationMs(key, options[key], 1);
  }
  checkDurationMs("stopMs", options.stopMs);
  checkDurationMs("leaveMs", options.leaveMs);
  checkInteger("crashesMax", options.crashesMax, 1, 100);
  checkInteger("failuresMax", options.failuresMax, 1, 100);
  checkInteger("silencesMax", options.silencesMax, 1, 100);
  return Object.freeze(options);
}
