import { groupScope } from "../../client/group-scope.ts";
import { currentRuntime, hasOwnRuntime, runtimeOf, withRuntime } from "../../client/process-runtime.ts";
import type { GroupMember, Runtime } from "../../client/runtime.ts";
import { messageOf, shoalError } from "../../core/errors.ts";
import type { GroupMemberSpec, GroupSpec } from "../../discovery/group-spec.ts";
import { identityFrom } from "../../discovery/identity.ts";
import type { Registry } from "../../discovery/port.ts";
import type { SupervisorMessage } from "../../discovery/supervisor-line.ts";
import { createTelemetry, scopeTelemetry, type Telemetry } from "../../telemetry/process-telemetry.ts";
import { createSelfStart, type ProcessHost } from "../self-start.ts";
import { groupRegistry } from "./group-registry.ts";
import { createMeeting } from "./meeting.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The process in which a group runs. */
export interface GroupHost extends Pick<ProcessHost, "onSignal" | "exit"> {
  readonly env: Environment;
  readonly pid: number;
  /** Loads a service's file; resolves when its top level has run. */
  readonly load: (file: string) => Promise<{ readonly default?: unknown }>;
  readonly tell: (message: SupervisorMessage) => void;
  /** Prints an error as Node prints the one that ends a process. */
  readonly print: (error: unknown) => void;
  readonly registry: Registry;
}

/** How a service of the group is doing. */
interface Member {
  readonly spec: GroupMemberSpec;
  readonly runtime: Runtime;
  readonly telemetry: Telemetry;
  /** Something was started for it. */
  begun: boolean;
  failed: boolean;
}

/**
 * Runs the services of a group, each as if it had a process to itself: with its own identity, port, lease, telemetry
 * and log. One that cannot start leaves the others alone; when none can, the process ends with 1. Resolves when all have
 * been loaded.
 */
export async function runGroup(spec: GroupSpec, host: GroupHost): Promise<void> {
  const registry = groupRegistry(host.registry);
  const meeting = createMeeting();
  const listening = new Set<Member>();
  const members: Member[] = [];
  const start = createSelfStart({
    onSignal: (signal, listener) =>
      host.onSignal(signal, () => {
        registry.freeze();
        meeting.call(listening.size);
        listener();
      }),
    exit: host.exit,
    fail: host.print,
    flush: async () => void (await Promise.all(members.map(({ telemetry }) => telemetry.flush()))),
  });

  const failed = (member: Member, cause: unknown) => {
    member.failed = true;
    member.runtime.member?.tell({ kind: "failed", message: messageOf(cause) });
    if (members.every((each) => each.failed)) host.exit(1);
  };
  const startMember = (member: Member, listen: Parameters<GroupMember["start"]>[0]) => {
    member.begun = true;
    return start(async () => {
      try {
        const made = await listen();
        listening.add(member);
        return made;
      } catch (cause) {
        member.runtime.log.error("the service could not start", { error: cause });
        failed(member, cause);
        return NOTHING;
      }
    });
  };
  const open = (one: GroupMemberSpec): Member => {
    const env = memberEnvironment(host.env, one);
    const telemetry = createTelemetry({ env, destination: { write: (line) => void process.stdout.write(line) } });
    const place: GroupMember = {
      file: one.file,
      env,
      start: (listen) => startMember(member, listen),
      tell(message) {
        member.begun = true;
        host.tell(
          message.kind === "modules" || message.kind === "unblocked" ? message : { ...message, service: one.service },
        );
      },
      othersDone: meeting.arrive,
    };
    const runtime = runtimeOf(identityFrom(env, host.pid), { telemetry, registry, member: place });
    const member: Member = { spec: one, runtime, telemetry, begun: false, failed: false };
    return member;
  };
  const load = async (member: Member) => {
    try {
      const module = await host.load(member.spec.file);
      await new Promise((resolve) => setImmediate(resolve)); // by then what serves by itself has begun
      if (!member.begun) void startMember(member, listenOf(module.default, member.spec));
    } catch (cause) {
      host.print(cause);
      failed(member, cause);
    }
  };

  members.push(...spec.members.map(open));
  const memberOf = (service: string | undefined) => members.find((each) => each.spec.service === service);
  groupScope.of = { current: currentMember, runtimeOf: (service) => memberOf(service)?.runtime };
  scopeTelemetry(() => memberOf(currentMember())?.telemetry);
  await Promise.all(members.map((member) => withRuntime(member.runtime, () => load(member))));
}

/** The service of the code that runs, if it is one of a group's. */
export function currentMember(): string | undefined {
  if (!hasOwnRuntime()) return undefined;
  const { member, identity } = currentRuntime();
  return member && identity.service;
}

const NOTHING = { close: async () => {} };

function memberEnvironment(env: Environment, { service, instance, port }: GroupMemberSpec): NodeJS.ProcessEnv {
  const own = { SHOAL_SERVICE: service, SHOAL_INSTANCE: instance, PORT: String(port), OTEL_SERVICE_NAME: service };
  return { ...env, ...own };
}

/** Of a file that some other service of the group had imported before it was its turn: it ran then, and was no main file. */
function listenOf(exported: unknown, { service, file }: GroupMemberSpec): Parameters<GroupMember["start"]>[0] {
  if (typeof exported === "object" && exported !== null && "listen" in exported && "handle" in exported) {
    return (exported as { readonly listen: Parameters<GroupMember["start"]>[0] }).listen;
  }
  return () => {
    throw shoalError("CONFIG_INVALID", {
      message: `${file} makes no service with serve(): only those can share a process with others`,
      hint: `Take ${service} out of the group in shoal.config.ts, or end the file with \`export default serve(...)\`.`,
    });
  };
}
