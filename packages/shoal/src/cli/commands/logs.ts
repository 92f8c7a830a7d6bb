import { stripVTControlCharacters } from "node:util";
import { type LogEntry, LogLevel } from "../../control/api/schemas/logs.ts";
import { sleep } from "../../core/clock.ts";
import { type CommandArgs, durationMs, flag, integer, onlyGiven, text, usage } from "../args.ts";
import type { Command } from "../command.ts";
import type { ControlClient } from "../control-client.ts";
import { EXIT } from "../exit-codes.ts";
import { codeOf } from "../explain.ts";
import { noneFound } from "../none-found.ts";
import type { CliPorts } from "../ports.ts";
import { findFleet, requireControl } from "../running-fleet.ts";
import { displayWidth, pad, printable } from "../terminal/display-width.ts";
import { count, formatDay, formatTime } from "../terminal/format.ts";
import { readableLines } from "../terminal/readable-line.ts";
import { colourOf, type Paint, painter } from "../terminal/style.ts";
import { terminalJson } from "../terminal/terminal-json.ts";
import { wholeTraceId } from "../trace/trace-id.ts";
import { unknownService } from "./ps.ts";

/** How many of the last lines are shown, without --lines. */
const LINES_DEFAULT = 200;
/** What the API gives at once. */
const LINES_MAX = 10_000;
/** How long the API may wait for a line. */
const WAIT_MS = 5_000;
/** Pause before asking a control plane again that did not answer. */
const RETRY_MS = 1_000;
/** Longer ones would push all others off a terminal. */
const TERMINAL_CHARACTERS_MAX = 2_000;

/** The filters of the API that were given. */
interface Wanted {
  readonly service?: string;
  readonly instance?: string;
  readonly text?: string;
  readonly level?: LogLevel;
  readonly trace?: string;
  readonly run?: string;
}

/** `shoal logs`: the last lines, and with --follow the next ones until Ctrl-C or the end of the fleet. */
export const logs: Command = async (ports, args) => {
  const sinceMs = durationMs(args, "since");
  const lines = integer(args, "lines", 0, LINES_MAX) ?? (sinceMs === undefined ? LINES_DEFAULT : LINES_MAX);
  const given = wantedBy(args);
  const target = await requireControl(ports, args);
  const { control } = target;
  const wanted = { ...given, ...onlyGiven({ trace: await wholeTraceId(control, given.trace) }) };
  const show = printerOf(ports, flag(args, "json"));
  const youngest = sinceMs === undefined ? Number.NEGATIVE_INFINITY : ports.clock.wallMs() - sinceMs;
  const history = await control.listLogs({ query: { ...wanted, limit: Math.max(1, lines) } });
  // What has printed something is known: the control plane itself, or a service that the config no longer has.
  if (wanted.service !== undefined && history.lines.length === 0) await checkService(control, wanted.service);
  const recent = history.lines.filter((line) => line.timeMs >= youngest);
  show(lines === 0 ? [] : recent);
  if (!flag(args, "follow")) {
    if (recent.length === 0 && lines > 0) await noLines(ports, control, wanted, sinceMs !== undefined);
    return EXIT.ok.code;
  }

  const isOver = () => target.isLocal && !findFleet(ports, args)?.isRunning;
  await follow(ports, { control, wanted, after: history.next, show, isOver });
  return EXIT.ok.code;
};

interface Following {
  readonly control: ControlClient;
  readonly wanted: Wanted;
  readonly after: number;
  readonly show: (lines: readonly LogEntry[]) => void;
  /** Asked when the control plane does not answer: has the fleet ended? */
  readonly isOver: () => boolean;
}

/** Long polls until interrupted. A control plane that restarts is waited for; the supervisor starts it again. */
async function follow(ports: CliPorts, { control, wanted, after, show, isOver }: Following): Promise<void> {
  const ended = new AbortController();
  const cancel = ports.onInterrupt(() => ended.abort());
  let next = after;
  let isLost = false;
  try {
    while (!ended.signal.aborted) {
      try {
        const query = { ...wanted, after: next, waitMs: WAIT_MS };
        const page = await control.listLogs({ query }, { signal: ended.signal });
        isLost = false;
        show(page.lines);
        next = page.next;
      } catch (error) {
        if (ended.signal.aborted) return;
        if (codeOf(error) !== "CONTROL_UNREACHABLE") throw error;
        if (isOver()) {
          ports.stderr.write("the fleet has stopped\n");
          return;
        }
        if (!isLost) ports.stderr.write("the control plane does not answer; waiting for it\n");
        isLost = true;
        await sleep(ports.clock, RETRY_MS, ended.signal).catch(() => {});
      }
    }
  } finally {
    cancel();
  }
}

async function noLines(ports: CliPorts, control: ControlClient, { run, ...filters }: Wanted, isSince: boolean) {
  const isFiltered = isSince || Object.keys(filters).length > 0;
  await noneFound(ports, control, { what: "lines", yet: "what a service prints is kept", isFiltered, run });
}

function wantedBy(args: CommandArgs): Wanted {
  return onlyGiven({
    service: args.positional[0],
    instance: text(args, "instance"),
    text: text(args, "grep"),
    level: levelIn(args),
    trace: text(args, "trace"),
    run: text(args, "run"),
  });
}

function levelIn(args: CommandArgs): LogLevel | undefined {
  const given = text(args, "level");
  const level = LogLevel.options.find((known) => known === given?.toLowerCase());
  if (given === undefined || level !== undefined) return level;
  throw usage(`--level must be one of ${LogLevel.options.join(", ")}, got "${given}"`);
}

async function checkService(control: ControlClient, service: string): Promise<void> {
  const known = (await control.listServices()).map((each) => each.service);
  if (!known.includes(service)) throw unknownService(service, known);
}

function printerOf(ports: CliPorts, isJson: boolean): (lines: readonly LogEntry[]) => void {
  const paint = painter(ports.colours);
  const shown = (text: string) => (ports.isTerminal ? inSight(text, paint) : text);
  let nameWidth = 0;
  // Lines of other days, which a fleet keeps, should not look like those of a minute ago.
  let day = formatDay(ports.clock.wallMs());
  return (lines) => {
    if (lines.length === 0) return;
    // Names line up from the start, and the column only grows.
    for (const { instance } of lines) nameWidth = Math.max(nameWidth, displayWidth(printable(instance)));
    const format = (line: LogEntry) => {
      if (isJson) return [terminalJson(line)];
      const before = day;
      day = formatDay(line.timeMs);
      return [...(day === before ? [] : [paint("dim", `${day}:`)]), ...logText(line, { nameWidth, paint, shown })];
    };
    ports.stdout.write(`${lines.flatMap(format).join("\n")}\n`);
  };
}

/** What a terminal shows of a very long line, and how much it does not. */
function inSight(text: string, paint: Paint): string {
  if (text.length <= TERMINAL_CHARACTERS_MAX) return text;
  const plain = stripVTControlCharacters(text);
  const left = plain.length - TERMINAL_CHARACTERS_MAX;
  if (left <= 0) return text;
  return (
    plain.slice(0, TERMINAL_CHARACTERS_MAX) + paint("dim", `… ${count(left, "more character")}, whole with --json`)
  );
}

interface Looks {
  readonly nameWidth: number;
  readonly paint: Paint;
  /** Of a text what is shown. */
  readonly shown: (text: string) => string;
}

/**
 * "14:03:07.120 quotes-1 | text", stderr marked by a "!" and the supervisor's own words by a "·". A record's further
 * lines, such as a stack, follow without the time.
 */
function logText(line: LogEntry, { nameWidth, paint, shown }: Looks): string[] {
  const name = paint(colourOf(line.service), pad(printable(line.instance), nameWidth));
  const dim = (text: string) => paint("dim", text);
  const mark = line.stream === "stderr" ? paint("red", "!") : dim(line.stream === "shoal" ? "·" : "|");
  const texts = line.stream === "shoal" ? [dim(printable(line.text))] : readableLines(line.text, paint);
  const time = formatTime(line.timeMs);
  return texts.map(
    (text, index) => `${index === 0 ? dim(time) : " ".repeat(time.length)} ${name} ${mark} ${shown(text)}`,
  );
}
