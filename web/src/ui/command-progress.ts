import type { InstanceStatus } from "../api/types.ts";

/** What can be asked of a service's supervisor. */
export type ServiceCommand = "start" | "stop" | "restart";

export interface CommandProgress {
  readonly kind: "goes-on" | "done" | "failed";
  /** For people: "1 of 2 instances ready". */
  readonly text: string;
}

/**
 * How far a command has come, seen from the instances' states.
 * @param before The service's instances when it was asked for, by id: a restart is done when each has begun anew.
 */
export function commandProgress(
  command: ServiceCommand,
  instances: readonly InstanceStatus[],
  before: ReadonlyMap<string, InstanceStatus>,
): CommandProgress {
  const wanted = command === "stop" ? "stopped" : "ready";
  const isThere = (one: InstanceStatus) =>
    one.state === wanted && (command !== "restart" || isAnew(one, before.get(one.instance)));
  const there = instances.filter(isThere).length;
  const failed = instances.find(({ state }) => state === "failed" || state === "crash-loop");
  const text = `${there} of ${instances.length} ${instances.length === 1 ? "instance" : "instances"} ${wanted}`;
  if (there === instances.length) return { kind: "done", text };
  if (failed && command !== "stop" && isAnew(failed, before.get(failed.instance))) {
    return { kind: "failed", text: `${failed.instance}: ${failed.reason ?? failed.state}` };
  }
  return { kind: "goes-on", text };
}

function isAnew(now: InstanceStatus, before: InstanceStatus | undefined): boolean {
  return before === undefined || now.sinceMs > before.sinceMs || now.pid !== before.pid;
}
