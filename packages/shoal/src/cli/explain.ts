import { isShoalError, messageOf } from "../core/errors.ts";
import { printable } from "./terminal/display-width.ts";
import { painter } from "./terminal/style.ts";

export interface ExplainOptions {
  /** With the stacks. */
  readonly verbose: boolean;
  /** As one JSON object on one line. */
  readonly json: boolean;
  readonly colours: boolean;
}

/** An error taken apart for people: what happened, where, why, what to do next. */
export interface Explanation {
  readonly code: string;
  readonly what: string;
  readonly where: string | undefined;
  readonly why: readonly string[];
  readonly next: string;
}

/** Details that say where, in the order of preference. */
const PLACES = ["where", "file", "service", "instance", "option", "url"] as const;
/** A chain of causes may be a ring. */
const CAUSES_MAX = 5;
const UNEXPECTED = "This is a defect of Shoal. Run it again with --verbose and report what it prints.";

export function explanationOf(error: unknown): Explanation {
  const what = plain(messageOf(error));
  const messages = chainOf(error)
    .slice(1)
    .map((cause) => plain(messageOf(cause)));
  // A message that already quotes its cause need not say it twice.
  const why = [...new Set(messages)].filter((message) => message !== "" && !what.includes(message));
  if (!isShoalError(error)) return { code: "UNEXPECTED", what, where: undefined, why, next: UNEXPECTED };
  const place = PLACES.find((name) => typeof error.details[name] === "string");
  const at = place === undefined ? "" : String(error.details[place]);
  // A place that leads the message moves to its own row; one inside it is said already.
  const rest = at !== "" && what.startsWith(`${at}: `) ? what.slice(at.length + 2) : what;
  const where = at === "" || rest.includes(at) ? undefined : `${place === "where" ? "" : `${place} `}${at}`;
  const issues = Array.isArray(error.details["issues"]) ? error.details["issues"].map(issueText) : [];
  // The first issue is usually part of the message already.
  const more = issues.filter((issue) => !what.includes(issue));
  return { code: error.code, what: rest, where, why: [...more, ...why], next: error.hint };
}

/** The text of an error for stderr, ending in a newline. Never a stack, unless `verbose`. */
export function explain(error: unknown, options: ExplainOptions): string {
  const { code, what, where, why, next } = explanationOf(error);
  if (options.json) return `${JSON.stringify({ error: { code, what, where: where ?? null, why, next } })}\n`;
  const paint = painter(options.colours);
  const row = (label: string, text: string) => `  ${paint("dim", label.padEnd(6))} ${indent(printableLines(text))}`;
  const lines = [
    `${paint(["red", "bold"], "shoal:")} ${indent(printableLines(what))} ${paint("dim", `[${code}]`)}`,
    ...(where === undefined ? [] : [row("where", where)]),
    ...why.map((text, index) => row(index === 0 ? "why" : "", text)),
    ...(next === "" ? [] : [row("next", next)]),
    ...(options.verbose ? ["", ...stacksOf(error)] : []),
  ];
  return `${lines.join("\n")}\n`;
}

export function codeOf(error: unknown): string | undefined {
  return isShoalError(error) ? error.code : undefined;
}

/** Without the code that leads a ShoalError's message: it is shown in its own place. */
function plain(message: string): string {
  return message.replace(/^\[[A-Za-z_]+\] /, "").trim();
}

/** The error, its cause, the cause of that, and so on. */
function chainOf(error: unknown): unknown[] {
  const chain = [error];
  for (let last = error; last instanceof Error && last.cause !== undefined && chain.length <= CAUSES_MAX; ) {
    last = last.cause;
    chain.push(last);
  }
  return chain;
}

function issueText(issue: unknown): string {
  const { path, message } = (issue ?? {}) as { readonly path?: unknown; readonly message?: unknown };
  return `${String(path)}: ${String(message)}`;
}

function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}

function indent(text: string): string {
  return text.replaceAll("\n", "\n         ");
}

function stacksOf(error: unknown): string[] {
  return chainOf(error).map((each) => (each instanceof Error ? (each.stack ?? each.message) : String(each)));
}
