import { printable } from "./display-width.ts";
import type { Colour, Paint } from "./style.ts";

/** What the column before the line says already, or nobody reads. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  "level",
  "time",
  "msg",
  "message",
  "service",
  "instance",
  "pid",
  "hostname",
  "span_id",
  "trace_flags",
]);
/** Of pino and bunyan, whose levels are numbers. */
const LEVEL_NAMES: Readonly<Record<string, string>> = {
  10: "trace",
  20: "debug",
  30: "info",
  40: "warn",
  50: "error",
  60: "fatal",
};
/** Of what needs a look. */
export const LEVEL_COLOURS: Readonly<Record<string, Colour>> = {
  warn: "yellow",
  error: "red",
  fatal: "red",
  debug: "gray",
};

/** Lines of a stack that show where one's own code is not. */
const FOREIGN_FRAME = /^\s+at .*(node:internal|\/node_modules\/shoal\/|\/packages\/shoal\/src\/)/;
/** Of a line that is no record, or of a message; more than any stack. */
const TEXT_LINES_MAX = 200;
/** Lines shown of a field that has several. */
const FIELD_LINES_MAX = 20;

/** What `readableLines` makes of a line, without what follows the first: for where there is room for one line only. */
export function readableLine(text: string, paint: Paint, without?: ReadonlySet<string>): string {
  return readableLines(text, paint, without)[0];
}

/**
 * A printed line for people: a JSON log record, of Shoal's log, pino, bunyan or winston, becomes "level message
 * field=value …", and below it the further lines of a field that has several, such as a stack, without Node's and
 * Shoal's own frames. Any other line stays as it is, safe for a terminal.
 * @param without Names of fields that are known from elsewhere.
 */
export function readableLines(
  text: string,
  paint: Paint,
  without: ReadonlySet<string> = NO_NAMES,
): readonly [string, ...string[]] {
  const record = text.startsWith("{") ? recordIn(text) : undefined;
  const message = record?.["msg"] ?? record?.["message"];
  if (!record || typeof message !== "string") return textLines(text);
  const level = levelOf(record["level"]);
  const colour = LEVEL_COLOURS[level];
  const fields = Object.entries(record)
    .filter(([name]) => !LEFT_OUT.has(name) && !without.has(name))
    .map(([name, value]) => linesOfField(name, value, message));
  const [said, ...further] = textLines(message);
  const head = [level, said].filter((part) => part !== "").join(" ");
  const beside = printable(
    fields
      .map(([first]) => first)
      .filter((text) => text !== "")
      .join(" "),
  );
  const first = [colour ? paint(colour, head) : head, paint("dim", beside)].filter((part) => part !== "").join("  ");
  const below = fields.flatMap(([, ...more]) => more).filter((line) => !FOREIGN_FRAME.test(line));
  return [first, ...further, ...below.map((line) => paint("dim", printable(line)))];
}

const NO_NAMES: ReadonlySet<string> = new Set();

/** Each of its lines safe for a terminal. */
function textLines(text: string): [string, ...string[]] {
  const [first = "", ...more] = text.trimEnd().split(/\r?\n/, TEXT_LINES_MAX);
  return [printable(first), ...more.map(printable)];
}

/** The first stands beside the message, and is "" where the message has said it. */
function linesOfField(name: string, value: unknown, message: string): [string, ...string[]] {
  const text = typeof value === "string" ? value : (errorText(value) ?? JSON.stringify(value));
  const [first = "", ...more] = text.split("\n").slice(0, FIELD_LINES_MAX);
  const isSaid = more.length > 0 && message.includes(first.replace(/^\w*Error: /, ""));
  return [isSaid ? "" : `${name}=${first}`, ...more];
}

/** An error as pino and others write it: an object with a stack, and what a ShoalError advises. */
function errorText(value: unknown): string | undefined {
  const { stack, hint } = (value ?? {}) as { readonly stack?: unknown; readonly hint?: unknown };
  if (typeof stack !== "string") return undefined;
  return typeof hint === "string" && hint !== "" ? `${stack}\n  hint: ${hint}` : stack;
}

function recordIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a line that only begins like JSON
  }
}

/** "info" is the usual case and goes without saying. */
function levelOf(level: unknown): string {
  const name = LEVEL_NAMES[String(level)] ?? String(level ?? "").toLowerCase();
  return name === "info" ? "" : name;
}
