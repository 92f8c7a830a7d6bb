import type { InstanceStatus } from "../../control/api/contract.ts";
import { sleep } from "../../core/clock.ts";
import { isShoalError, shoalError } from "../../core/errors.ts";
import { flag, required } from "../args.ts";
import type { Command } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import type { CliPorts } from "../ports.ts";
import { requireControl } from "../running-fleet.ts";
import { count, formatDuration } from "../terminal/format.ts";
import { unknownService } from "./ps.ts";

const POLL_MS = 100;
/** A rolling restart of many slow instances takes a while; beyond this the command gives up, not the supervisor. */
const WAIT_MS_MAX = 300_000;

type Verb = "restart" | "start" | "stop";
/** What the instances say about the command: still under way, done, or why it cannot be. */
type Progress = { readonly kind: "waiting" | "done" } | { readonly kind: "failed"; readonly instance: InstanceStatus };

/** `shoal restart SERVICE`: one instance after another; returns when all new ones are ready. */
export const restart = lifecycleCommand("restart", "restarted");
/** `shoal start SERVICE`: returns when all instances are ready. */
export const start = lifecycleCommand("start", "started");
/** `shoal stop SERVICE`: returns when all instances have ended. */
export const stop = lifecycleCommand("stop", "stopped");

function lifecycleCommand(verb: Verb, past: string): Command {
  return async (ports, args) => {
    const service = required(args, 0, "service");
    const { control } = await requireControl(ports, args);
    const startMs = ports.clock.now();
    const isJson = flag(args, "json");
    const input = { params: { service } };
    const listOf = () => control.listInstances({ query: { service } });
    const warning = alsoAffected(verb, service, await control.listInstances({ query: {} }));
    if (warning !== undefined) ports.stderr.write(`${warning}\n`);
    let before: ReadonlySet<string>;
    try {
      const operation = { restart: "restartService", start: "startService", stop: "stopService" } as const;
      before = new Set((await control[operation[verb]](input)).instances);
    } catch (error) {
      if (!isShoalError(error) || error.status !== 404) throw error;
      throw unknownService(
        service,
        (await control.listServices()).map((each) => each.service),
      );
    }
    const instances = await settled(ports, verb, before, listOf);
    const took = ports.clock.now() - startMs;
    const plain = `${past} ${service}: ${count(instances.length, "instance")} in ${formatDuration(took)}\n`;
    ports.stdout.write(
      isJson ? `${JSON.stringify({ service, done: past, tookMs: Math.round(took), instances })}\n` : plain,
    );
    return EXIT.ok.code;
  };
}

/**
 * Who else is touched by a command to a service that shares its process: said before it is done. Undefined for nobody.
 * @param all Every instance of the fleet.
 */
export function alsoAffected(verb: Verb, service: string, all: readonly InstanceStatus[]): string | undefined {
  const own = all.find((instance) => instance.service === service);
  if (own?.group === undefined) return undefined;
  const sharing = all.filter(({ group, state }) => group === own.group && state !== "stopped");
  const others = [...new Set(sharing.map((instance) => instance.service))].filter((other) => other !== service);
  // One that runs already is not touched by a start.
  if (others.length === 0 || (verb === "start" && own.state !== "stopped")) return undefined;
  const whole = verb === "restart" ? "restarts" : `restarts ${verb === "stop" ? "without" : "with"} ${service}`;
  return `${service} shares the process of the group ${own.group}: it ${whole}, and with it ${others.join(", ")}`;
}

async function settled(
  ports: CliPorts,
  verb: Verb,
  before: ReadonlySet<string>,
  list: () => Promise<readonly InstanceStatus[]>,
): Promise<readonly InstanceStatus[]> {
  const giveUpMs = ports.clock.now() + WAIT_MS_MAX;
  for (;;) {
    const instances = await list();
    const progress = progressOf(verb, before, instances);
    if (progress.kind === "done") return instances;
    if (progress.kind === "failed") throw failedInstance(progress.instance);
    if (ports.clock.now() >= giveUpMs) {
      throw shoalError("SERVICE_FAILED", {
        message: `not done after ${formatDuration(WAIT_MS_MAX)}; the supervisor goes on`,
        hint: "See `shoal ps` for where it is.",
      });
    }
    await sleep(ports.clock, POLL_MS);
  }
}

/** @param before Ids at the time of the command: a restarted instance has a new one. */
export function progressOf(verb: Verb, before: ReadonlySet<string>, instances: readonly InstanceStatus[]): Progress {
  if (verb === "stop") return { kind: instances.every(({ state }) => state === "stopped") ? "done" : "waiting" };
  const isCurrent = ({ instance }: InstanceStatus) => verb === "start" || !before.has(instance);
  const broken = instances.find((each) => isCurrent(each) && BROKEN.has(each.state));
  if (broken) return { kind: "failed", instance: broken };
  const isDone = instances.every((each) => isCurrent(each) && each.state === "ready");
  return { kind: isDone ? "done" : "waiting" };
}

const BROKEN: ReadonlySet<string> = new Set(["failed", "crash-loop", "backoff"]);

function failedInstance({ service, instance, state, reason }: InstanceStatus) {
  return shoalError("SERVICE_FAILED", {
    message: `${instance} is in state ${state}${reason === null ? "" : `: ${reason}`}`,
    hint: `See \`shoal logs ${service}\` for what it printed.`,
    details: { service },
  });
}
