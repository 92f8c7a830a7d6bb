import { processRedactRules, REDACTED, type RedactRules } from "./redact-rules.ts";
import { redactText } from "./redact-text.ts";

/** Redacts lines that come one by one. @param source Whose line it is: what spans lines is followed for each apart. */
export type LineRedactor = (source: string, line: string) => string;

/** Sources followed at once; and for how many lines a secret is. */
const SOURCES_MAX = 1_000;
const LINES_MAX = 200;
const KEY_BEGINS = /-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----/;
const KEY_ENDS = /-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----/;
/** A name at the end of its line: of a list or an object, or alone, whose value is below it. */
const OPEN_VALUE = /([\w$.-]{1,100})["'`]?[ \t]{0,4}[:=][ \t]{0,4}[[{][ \t]{0,4}$/;
const VALUE_BELOW = /^[ \t]*(?:- )?["'`]?([\w$.-]{1,100})["'`]?[ \t]{0,4}:[ \t]{0,4}(?:[|>][+-]?)?[ \t]{0,4}$/;

/** A secret whose beginning was printed. */
interface Open {
  /** Of the line that it began on: what is further in belongs to it. Undefined: a key, which has an end of its own. */
  readonly indent: number | undefined;
  lines: number;
}

/** As `redactText`, and what a secret prints on further lines: a private key, a list of cookies, a nested object. */
export function createLineRedactor(rules: RedactRules = processRedactRules()): LineRedactor {
  const open = new Map<string, Open>();
  return (source, line) => {
    const before = open.size === 0 ? undefined : open.get(source);
    if (before !== undefined) {
      before.lines += 1;
      if (isLast(before, line)) open.delete(source);
      if (before.indent === undefined || indentOf(line) > before.indent) return REDACTED;
    }
    const redacted = redactText(line, rules);
    // a name is seen by its rules, whether or not there was a value to hide
    if (redacted === line && !rules.isSuspicious(line)) return line;
    const begun = openedBy(line, rules);
    if (begun !== undefined && (open.size < SOURCES_MAX || open.has(source))) open.set(source, begun);
    return redacted;
  };
}

function isLast({ indent, lines }: Open, line: string): boolean {
  return lines > LINES_MAX || (indent === undefined ? KEY_ENDS.test(line) : indentOf(line) <= indent);
}

function openedBy(line: string, rules: RedactRules): Open | undefined {
  if (KEY_BEGINS.test(line)) return KEY_ENDS.test(line) ? undefined : { indent: undefined, lines: 0 };
  const name = (OPEN_VALUE.exec(line) ?? VALUE_BELOW.exec(line))?.[1];
  return name !== undefined && rules.isSecretKey(name) ? { indent: indentOf(line), lines: 0 } : undefined;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
