import { jsonIn } from "./json-in.ts";

/** Longer records stay as they came. */
const RECORD_CHARACTERS_MAX = 64_000;
const INDENT = "  ";
/** A text, a bracket with nothing in it, one mark, white space, or a number or word. */
const TOKENS = /"(?:[^"\\]|\\.)*"|\{\s*\}|\[\s*\]|[{}[\],:]|\s+|[^\s{}[\],:"]+/g;

/**
 * All of a line to be read: of a JSON record each field on a line of its own, and the line breaks of its texts, such as
 * those of a stack, as line breaks. Everything else as it came; numbers digit by digit, which parsing would round.
 */
export function wholeText(text: string): string {
  if (!text.trimStart().startsWith("{") || text.length > RECORD_CHARACTERS_MAX) return text;
  return jsonIn(text) === undefined ? text : laidOut(text.match(TOKENS) ?? []);
}

function laidOut(tokens: readonly string[]): string {
  let depth = 0;
  const lineBreak = () => `\n${INDENT.repeat(depth)}`;
  const written = tokens.map((token) => {
    if (token === "{" || token === "[") {
      depth += 1;
      return token + lineBreak();
    }
    if (token === "}" || token === "]") {
      depth -= 1;
      return lineBreak() + token;
    }
    if (token === ",") return token + lineBreak();
    if (token === ":") return ": ";
    if (token.startsWith('"')) return withBreaks(token, `${lineBreak()}${INDENT}`);
    return token.trim();
  });
  return written.join("");
}

/** Two characters that stand for a line break become one; an escaped backslash stays. */
function withBreaks(text: string, lineBreak: string): string {
  return text.replace(/\\(.)/g, (both, after) => (after === "n" ? lineBreak : after === "t" ? INDENT : both));
}
