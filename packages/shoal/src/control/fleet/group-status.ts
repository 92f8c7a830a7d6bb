import type { InstanceState, InstanceStatus } from "../api/contract.ts";
import type { GroupFailure, GroupProcess } from "./group-process.ts";

/** What is known of a service of a group. */
export interface MemberFacts {
  readonly service: string;
  /** How the process is doing. */
  readonly whole: Pick<InstanceStatus, "state" | "reason">;
  /** The process that runs, if one does. */
  readonly process: Pick<GroupProcess, "statusOf"> | undefined;
  /** Why the last process ended. */
  readonly failure: GroupFailure | undefined;
  readonly isStopped: boolean;
}

/** What the row of one service shows of what happens to all of them. */
export function memberStatus({ service, whole, process, failure, isStopped }: MemberFacts): Partial<InstanceStatus> {
  const own = process?.statusOf(service);
  if (process !== undefined && own === undefined) return { state: "stopped", pid: null, reason: null };
  if (own === undefined) {
    if (isStopped) return { state: "stopped", reason: null };
    if (whole.reason === null || failure === undefined) return {};
    const isOwn = failure.service === service;
    const others = failure.service === undefined ? "" : `${failure.service} ended the process they share: `;
    return { reason: isOwn ? failure.reason : `${others}${failure.reason}` };
  }
  const started = whole.state === "starting" || whole.state === "ready";
  const state: InstanceState = started ? own.state : whole.state;
  const address = state === "starting" || state === "failed" ? null : own.address;
  return { state, address, reason: own.reason ?? whole.reason };
}
