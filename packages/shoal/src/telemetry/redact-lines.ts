import { processRedactRules, REDACTED, type RedactRules } from "./redact-rules.ts";
import { redactText } from "./redact-text.ts";

/** Redacts lines that come one by one. @param source Whose line it is: what spans lines is followed for each apart. */
export type LineRedactor = (source: string, line: string) => string;

/** Sources followed at once; and how long a key may be. */
const SOURCES_MAX = 1_000;
const KEY_LINES_MAX = 200;
const KEY_BEGINS = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;
const KEY_ENDS = /-----END [A-Z ]*PRIVATE KEY-----/;

/** As `redactText`, and the lines of a private key that is printed over several as well. */
export function createLineRedactor(rules: RedactRules = processRedactRules()): LineRedactor {
  const keyLines = new Map<string, number>();
  return (source, line) => {
    const inKey = keyLines.size === 0 ? undefined : keyLines.get(source);
    if (inKey !== undefined) {
      if (KEY_ENDS.test(line) || inKey >= KEY_LINES_MAX) keyLines.delete(source);
      else keyLines.set(source, inKey + 1);
      return REDACTED;
    }
    const redacted = redactText(line, rules);
    if (redacted !== line && KEY_BEGINS.test(line) && !KEY_ENDS.test(line) && keyLines.size < SOURCES_MAX) {
      keyLines.set(source, 0);
    }
    return redacted;
  };
}
