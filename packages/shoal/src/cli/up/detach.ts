import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { messageOf, shoalError } from "../../core/errors.ts";
import { parseJson } from "../../core/json.ts";
import { type CommandArgs, flag, text } from "../args.ts";
import { EXIT, exitCodeOf } from "../exit-codes.ts";
import { type Explanation, explanationOf } from "../explain.ts";
import { CLI_FILE } from "../package-info.ts";
import type { CliPorts } from "../ports.ts";
import { painter } from "../terminal/style.ts";
import { writeWarnings } from "../write-warnings.ts";
import { boundedLog } from "./bounded-log.ts";
import { fleetTable, serviceRows } from "./fleet-table.ts";
import { type FleetView, type StartSummary, summaryText } from "./fleet-view.ts";
import { allViews, type FleetEvent, jsonView } from "./json-view.ts";
import { plainView } from "./plain-view.ts";

/** The descriptor on which a detached supervisor tells, as JSON lines, how its start goes. */
const REPORT_DESCRIPTOR = 3;

/** Where a detached supervisor writes what `shoal up --plain` would print. */
function supervisorLogOf(configFile: string): string {
  return join(dirname(configFile), ".shoal", "supervisor.log");
}

/** `shoal up --detach`: starts the supervisor in a session of its own and returns when its fleet is ready or has failed. */
export async function upDetached(ports: CliPorts, args: CommandArgs, configFile: string): Promise<number> {
  const log = supervisorLogOf(configFile);
  const child = spawnSupervisor(ports, args, { configFile, log });
  const cancel = ports.onInterrupt(() => child.kill("SIGTERM"));
  try {
    const end = await readReport(child);
    if (end.kind === "error") throw asError(end.error);
    if (end.kind === "silent") throw endedSilently(log);
    child.unref();
    const code = showSettled(ports, args, end);
    await writeWarnings(ports, await ports.connectControl(end.control));
    return code;
  } finally {
    cancel();
  }
}

function spawnSupervisor(
  ports: CliPorts,
  args: CommandArgs,
  { configFile, log }: { readonly configFile: string; readonly log: string },
): ChildProcess {
  const output = openLog(log);
  const controlPort = text(args, "controlPort");
  const words = [
    "up",
    "--detached-child",
    "--config",
    configFile,
    ...(controlPort === undefined ? [] : ["--control-port", controlPort]),
    ...(flag(args, "watch") ? [] : ["--no-watch"]),
    ...(["together", "apart"] as const).flatMap((name) => (flag(args, name) ? [`--${name}`] : [])),
  ];
  try {
    return spawn(process.execPath, [...process.execArgv, CLI_FILE, ...words], {
      cwd: ports.cwd,
      env: ports.env,
      detached: true,
      stdio: ["ignore", output, output, "pipe"],
    });
  } finally {
    closeSync(output);
  }
}

/** What Node itself prints when it dies goes to the same file, past its bound: that happens once. */
function openLog(log: string): number {
  try {
    mkdirSync(dirname(log), { recursive: true });
    return openSync(log, "a");
  } catch (cause) {
    throw shoalError("STORE_UNAVAILABLE", {
      message: `cannot write ${log}: ${messageOf(cause)}`,
      hint: "A fleet in the background is found by its folder. Make that writable, or run `shoal up` without --detach.",
      cause,
    });
  }
}

type Report =
  | {
      readonly kind: "settled";
      readonly control: string;
      readonly fleet: string;
      readonly notes: readonly string[];
      readonly summary: StartSummary;
    }
  | { readonly kind: "error"; readonly error: Explanation }
  | { readonly kind: "silent" };

/** Reads until the supervisor has said how it went, or has ended. */
async function readReport(child: ChildProcess): Promise<Report> {
  const pipe = child.stdio[REPORT_DESCRIPTOR] as Readable;
  let started: { readonly control: string; readonly fleet: string; readonly notes: readonly string[] } = {
    control: "",
    fleet: "",
    notes: [],
  };
  try {
    for await (const line of createInterface({ input: pipe })) {
      const event = parseJson(line) as FleetEvent | { readonly error: Explanation };
      if ("error" in event) return { kind: "error", error: event.error };
      if (event.event === "started") started = event;
      if (event.event === "settled") return { kind: "settled", ...started, summary: event };
    }
    return { kind: "silent" };
  } finally {
    pipe.destroy();
  }
}

function showSettled(
  ports: CliPorts,
  args: CommandArgs,
  { control, fleet, notes, summary }: Extract<Report, { kind: "settled" }>,
): number {
  const isReady = summary.failed.length === 0;
  if (flag(args, "json"))
    ports.stdout.write(`${JSON.stringify({ fleet, control, dashboard: control, notes, ...summary })}\n`);
  else {
    const paint = painter(ports.colours);
    const width = ports.isTerminal ? ports.columns() : Number.POSITIVE_INFINITY;
    const lines = [
      paint("bold", fleet),
      ...notes.map((note) => paint("dim", note)),
      ...fleetTable(serviceRows(summary.instances, []), { width, paint, withRates: false }),
      paint(isReady ? "green" : "red", summaryText(summary)),
      `dashboard ${paint("cyan", control)}`,
    ];
    ports.stdout.write(`${lines.join("\n")}\n`);
    const [first] = summary.failed;
    const next = first ? `see \`shoal logs ${first.service}\`` : "`shoal logs -f` shows what it prints";
    ports.stderr.write(`The fleet runs on in the background: ${next}; \`shoal down\` stops it.\n`);
  }
  return isReady ? EXIT.ok.code : EXIT.failed.code;
}

/** The supervisor's own error, as if it had happened here. */
function asError({ code, what, where, why, next }: Explanation) {
  const cause = why.length === 0 ? undefined : new Error(why.join("\n"));
  const known = exitCodeOf(code) !== EXIT.failed.code;
  const message = known ? what : `${what} (${code})`;
  const errorCode = known ? (code as "FLEET_RUNNING") : "SERVICE_FAILED";
  return shoalError(errorCode, { message, hint: next, details: where === undefined ? {} : { where }, cause });
}

const TAIL_LINES = 10;

function endedSilently(log: string) {
  const tail = readTail(log);
  return shoalError("FLEET_NOT_RUNNING", {
    message: "the supervisor ended before the fleet was ready",
    hint: "Run `shoal up` without --detach to see it happen.",
    details: { file: log },
    cause: tail === "" ? undefined : new Error(tail),
  });
}

function readTail(file: string): string {
  try {
    return readFileSync(file, "utf8").trimEnd().split("\n").slice(-TAIL_LINES).join("\n");
  } catch {
    return "";
  }
}

/** The side of the supervisor that was started so. */
export interface DetachedChild {
  /** Its log, and until it has started also the command that waits for it. */
  readonly view: FleetView;
  /** Tells the waiting command why the start ended. */
  readonly failed: (error: unknown) => void;
}

export function detachedChild(
  ports: CliPorts,
  fleet: { readonly name: string; readonly configFile: string },
): DetachedChild {
  const write = boundedLog(supervisorLogOf(fleet.configFile));
  const plain = plainView((line) => write(`${new Date(ports.clock.wallMs()).toISOString()} ${line}`));
  const report = openReport();
  const events = jsonView(fleet.name, (event) => {
    if (event.event === "started" || event.event === "settled") report.tell(event);
    if (event.event === "settled" || event.event === "stopping") report.close();
  });
  return { view: allViews([plain, events]), failed: (error) => report.tell({ error: explanationOf(error) }) };
}

function openReport() {
  let isOpen = true;
  const close = () => {
    if (!isOpen) return;
    isOpen = false;
    try {
      closeSync(REPORT_DESCRIPTOR);
    } catch {
      // started by hand, without anybody who waits
    }
  };
  return {
    tell(value: unknown) {
      if (!isOpen) return;
      try {
        writeSync(REPORT_DESCRIPTOR, `${JSON.stringify(value)}\n`);
      } catch {
        close(); // the command that waited has gone; the fleet runs on without it
      }
    },
    close,
  };
}
