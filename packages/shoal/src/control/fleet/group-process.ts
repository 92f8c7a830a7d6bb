import type { Clock } from "../../core/clock.ts";
import type { GroupMemberSpec } from "../../discovery/group-spec.ts";
import { readOwner } from "../../discovery/line-owner.ts";
import type { SupervisorMessage } from "../../discovery/supervisor-line.ts";
import { createExitReason } from "./exit-reason.ts";
import { type ProcessSpec, type RunningProcess, spawnProcess, unspawnableReason } from "./spawn-process.ts";

/** Why a group's process ended or stands still, and whose doing it was, as far as that is known. */
export interface GroupFailure {
  readonly reason: string;
  readonly service: string | undefined;
}

/** Whose doing something is, if that is known, and what. */
interface Culprit {
  readonly service: string | undefined;
  readonly message: string;
}

export interface GroupProcessEvents {
  /** Every service of it is ready or has failed, and one at least is ready. */
  readonly onReady: () => void;
  /** How some service is doing has changed. */
  readonly onMember: () => void;
  readonly onUnspawnable: (reason: string) => void;
  readonly onExited: (failure: GroupFailure) => void;
  /** @param service Undefined for a line that is nobody's in particular. */
  readonly onLine: (service: string | undefined, stream: "stdout" | "stderr", text: string) => void;
  /** What there is to say to people about it, or about one of its services. */
  readonly onSay: (service: string | undefined, text: string) => void;
  readonly onEnd: () => void;
  readonly onFiles: (files: readonly string[]) => void;
}

/** How one service of a running group is doing. */
export interface MemberStatus {
  readonly state: "starting" | "ready" | "failed";
  readonly address: string | null;
  /** Why it failed, or stands still. */
  readonly reason: string | null;
}

export interface GroupProcess extends RunningProcess {
  readonly members: readonly GroupMemberSpec[];
  readonly statusOf: (service: string) => MemberStatus | undefined;
}

export interface GroupProcessOptions {
  readonly clock: Clock;
  readonly members: readonly GroupMemberSpec[];
  readonly spec: ProcessSpec;
}

/** Starts the process of a group and tells what becomes of it and of each service in it. */
export function startGroupProcess(
  { clock, members, spec }: GroupProcessOptions,
  events: GroupProcessEvents,
): GroupProcess {
  const exitReason = createExitReason();
  const statuses = new Map<string, MemberStatus>(
    members.map(({ service, port }) => [
      service,
      { state: "starting", address: `http://127.0.0.1:${port}`, reason: null },
    ]),
  );
  /** By stream: whose a line without a mark is. */
  const restOf = new Map<"stdout" | "stderr", string>();
  let crash: Culprit | undefined;
  let block: Culprit | undefined;
  let ended = false;

  const update = (service: string | undefined, change: Partial<MemberStatus>) => {
    const status = statuses.get(service ?? "");
    if (service === undefined || status === undefined || ended) return;
    statuses.set(service, { ...status, ...change });
    events.onMember();
    const all = [...statuses.values()];
    const settled = all.every(({ state }) => state !== "starting");
    if (settled && all.some(({ state }) => state === "ready")) events.onReady();
  };
  const hear = (message: SupervisorMessage) => {
    switch (message.kind) {
      case "listening":
        return update(message.service, { address: new URL(message.address).origin });
      case "ready":
        return update(message.service, { state: "ready", reason: null });
      case "failed":
        return update(message.service, { state: "failed", reason: message.message });
      case "modules":
        return events.onFiles(message.files);
      case "crashing":
        crash = { service: message.service, message: message.message };
        return;
      case "blocked":
        block = { service: message.service, message: message.message };
        for (const { service } of members) update(service, { reason: reasonOf(block, service) });
        return events.onSay(block.service, block.message);
      case "unblocked":
        for (const { service } of members) {
          if (block && statuses.get(service)?.reason === reasonOf(block, service)) update(service, { reason: null });
        }
        events.onSay(block?.service, message.message);
        block = undefined;
        return;
      default:
        return message satisfies never;
    }
  };
  const onLine = (stream: "stdout" | "stderr", line: string) => {
    const { service, text, rest } = readOwner(line);
    if (rest && service !== undefined) return void restOf.set(stream, service);
    if (stream === "stderr") exitReason.onLine(text);
    events.onLine(service ?? restOf.get(stream), stream, text);
  };

  const child = spawnProcess(
    spec,
    {
      onLine,
      onMessage: hear,
      onEnd() {
        ended = true;
        events.onEnd();
      },
      onExit(code, signal) {
        events.onFiles(exitReason.files());
        const culprit = crash ?? block;
        events.onExited({ reason: endOf(exitReason.of(code, signal), culprit?.message), service: culprit?.service });
      },
      onError(error) {
        ended = true;
        events.onUnspawnable(unspawnableReason(spec, error));
      },
    },
    clock,
  );
  return { ...child, members, statusOf: (service) => statuses.get(service) };
}

/** What the row of a service says while its process stands still. */
function reasonOf({ service: culprit, message }: Culprit, service: string): string {
  return culprit === undefined || culprit === service
    ? message
    : `${culprit} holds up the process they share: ${message}`;
}

/** "exited with code 1: Error: boom", whether the error was read from stderr, told before, or both. */
function endOf(exit: string, told: string | undefined): string {
  if (told === undefined || exit.includes(told)) return exit;
  return `${exit.split(": ", 1)[0]}: ${told}`;
}
