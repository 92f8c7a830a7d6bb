import type { FaultStatus } from "../../control/api/schemas/faults.ts";
import { isShoalError } from "../../core/errors.ts";
import { FAULT_LATENCY_MS_MAX, FAULT_MS_MAX } from "../../discovery/fault.ts";
import { type CommandArgs, durationMs, flag, integer, onlyGiven, required, share, text, usage } from "../args.ts";
import type { Command } from "../command.ts";
import type { ControlClient } from "../control-client.ts";
import { EXIT } from "../exit-codes.ts";
import { faultTable } from "../fault/fault-table.ts";
import { faultWords } from "../fault/fault-words.ts";
import type { CliPorts } from "../ports.ts";
import { requireControl } from "../running-fleet.ts";
import { count, formatAge } from "../terminal/format.ts";
import { painter } from "../terminal/style.ts";
import { terminalJson } from "../terminal/terminal-json.ts";
import { unknownService } from "./ps.ts";

const BY = "cli";
const FOR_MS_MIN = 1_000;
/** What only `add` understands. */
const ADD_OPTIONS = ["operation", "instance", "from", "latency", "errors", "status", "drop", "for"] as const;

/** `shoal fault add|ls|rm`: makes calls to a service slow or fail on purpose, for a while. */
export const fault: Command = async (ports, args) => {
  const action = required(args, 0, "action");
  switch (action) {
    case "add":
      return add(ports, args);
    case "ls":
      return list(ports, args);
    case "rm":
      return remove(ports, args);
    default:
      throw usage(`<action> must be add, ls or rm, got "${action}"`, "See `shoal fault --help`.");
  }
};

async function add(ports: CliPorts, args: CommandArgs): Promise<number> {
  if (flag(args, "all")) throw usage("--all is for `shoal fault rm`");
  const body = wishIn(args);
  const { control } = await requireControl(ports, args);
  const added = await control.addFault({ body }).catch(async (cause: unknown) => {
    throw await explained(cause, body.service, control);
  });
  if (flag(args, "json")) ports.stdout.write(`${terminalJson(added, 2)}\n`);
  else {
    const lasts = formatAge(added.untilMs - added.sinceMs);
    ports.stdout.write(`${faultWords(added)}, for ${lasts}\n`);
    ports.stderr.write(`it ends by itself; to end it now: shoal fault rm ${added.id}\n`);
  }
  return EXIT.ok.code;
}

/** What is asked for. All that is wrong with it alone is said before anybody is asked. */
function wishIn(args: CommandArgs) {
  const service = required(args, 1, "service");
  const latencyMs = within(args, "latency", { min: 1, max: FAULT_LATENCY_MS_MAX, words: "1ms to 1m" });
  const errorRatio = share(args, "errors");
  const dropRatio = share(args, "drop");
  const status = integer(args, "status", 400, 599);
  if (latencyMs === undefined && errorRatio === undefined && dropRatio === undefined) {
    throw usage("the fault would do nothing", "Give --latency, --errors or --drop.");
  }
  if ((errorRatio ?? 0) + (dropRatio ?? 0) > 1) throw usage("--errors and --drop are more than 100% together");
  if (status !== undefined && errorRatio === undefined) {
    throw usage("--status is the status of --errors, which is missing", "Say how many: --errors 5%.");
  }
  const forMs = within(args, "for", { min: FOR_MS_MIN, max: FAULT_MS_MAX, words: "1s to 1h" });
  const [operation, instance, caller] = [text(args, "operation"), text(args, "instance"), text(args, "from")];
  return {
    service,
    by: BY,
    ...onlyGiven({ operation, instance, caller, latencyMs, errorRatio, status, dropRatio, forMs }),
  };
}

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly words: string;
}

function within(args: CommandArgs, name: string, { min, max, words }: Bounds): number | undefined {
  const ms = durationMs(args, name);
  if (ms === undefined || (ms >= min && ms <= max)) return ms;
  throw usage(`--${name} must be from ${words}, got "${text(args, name)}"`);
}

async function explained(cause: unknown, service: string, control: ControlClient): Promise<unknown> {
  if (!isShoalError(cause) || cause.code !== "serviceUnknown") return cause;
  const all = await control.listInstances({ query: {} }).catch(() => []);
  return unknownService(
    service,
    all.map((instance) => instance.service),
  );
}

async function list(ports: CliPorts, args: CommandArgs): Promise<number> {
  checkNotAdding(args);
  if (flag(args, "all")) throw usage("--all is for `shoal fault rm`");
  const [, service] = args.positional;
  const { control } = await requireControl(ports, args);
  const faults = await control.listFaults({ query: onlyGiven({ service }) });
  if (flag(args, "json")) ports.stdout.write(`${terminalJson(faults, 2)}\n`);
  else if (faults.length === 0) ports.stderr.write("no fault is injected\n");
  else {
    const width = ports.isTerminal ? ports.columns() : Number.POSITIVE_INFINITY;
    const lines = faultTable(faults, ports.clock.wallMs(), width, painter(ports.colours));
    ports.stdout.write(`${lines.join("\n")}\n`);
  }
  return EXIT.ok.code;
}

async function remove(ports: CliPorts, args: CommandArgs): Promise<number> {
  checkNotAdding(args);
  const [, target] = args.positional;
  if (target === undefined && !flag(args, "all")) {
    throw usage("which fault is to end?", "Give its id, as in `shoal fault ls`, or --all.");
  }
  const { control } = await requireControl(ports, args);
  const removed = await (flag(args, "all")
    ? control.removeFaults({ query: { by: BY, ...onlyGiven({ service: target }) } })
    : removeOne(control, target ?? ""));
  if (flag(args, "json")) ports.stdout.write(`${terminalJson(removed, 2)}\n`);
  else ports.stdout.write(`ended ${count(removed.length, "fault")}\n`);
  return EXIT.ok.code;
}

async function removeOne(control: ControlClient, id: string): Promise<readonly FaultStatus[]> {
  return [await control.removeFault({ params: { id }, query: { by: BY } })];
}

function checkNotAdding(args: CommandArgs): void {
  const given = ADD_OPTIONS.find((name) => text(args, name) !== undefined);
  if (given !== undefined) throw usage(`--${given} is for \`shoal fault add\``);
}
