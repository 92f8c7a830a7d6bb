/** Longest pattern, in characters. */
const PATTERN_CHARS_MAX = 200;

/** A word that differs from one message to the next: an id, a number, an address, a time, a quoted value. */
const VARIABLE =
  /"[^"]*"|'[^']*'|\b[0-9a-f]{8}-[0-9a-f-]{27}\b|\b(?=[a-z_]*\d)[0-9a-z_]{16,}\b|\b0x[0-9a-f]+\b|\b(?=[0-9a-f]*\d)[0-9a-f]{6,}\b|[+-]?\d[\d.,:T/-]*Z?(?:[a-zµ]{1,3}\b|%)?/gi;

/** What messages of one kind have in common: numbers, ids and quoted values are cut out. Pure. */
export function patternOf(message: string): string {
  const [line = ""] = message
    .trimStart()
    .slice(0, PATTERN_CHARS_MAX * 4)
    .split("\n", 1);
  return line.replace(VARIABLE, "…").replace(/\s+/g, " ").slice(0, PATTERN_CHARS_MAX).trim();
}
