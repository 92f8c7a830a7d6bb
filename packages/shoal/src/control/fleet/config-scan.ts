/** A service that the config's text names more than once. */
export interface DuplicateKey {
  readonly name: string;
  /** Where each of them is, from 1. */
  readonly lines: readonly number[];
}

interface Token {
  readonly text: string;
  readonly at: number;
}

const TOKEN = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`|[\w$]+|[^\s\w$]/g;
/** What may follow a key: a value, a shorthand's end, a method's parameters. */
const AFTER_KEY = new Set([":", ",", "}", "("]);

/**
 * Services that are in a config twice. JavaScript keeps the last of two equal keys in an object literal and says
 * nothing, so the loaded config cannot show it; its text can. This reads just enough of it to find the keys of the
 * object in `fleet("name", { ... })`. Where it does not understand (a spread, a variable), it finds nothing.
 */
export function duplicateKeysIn(source: string): readonly DuplicateKey[] {
  const tokens = [...source.matchAll(TOKEN)]
    .map((match): Token => ({ text: match[0], at: match.index }))
    .filter(({ text }) => !text.startsWith("//") && !text.startsWith("/*"));
  const lines = new Map<string, number[]>();
  for (const { text, at } of keysFrom(tokens, startOfServices(tokens))) {
    const name = text.replace(/^["']|["']$/g, "");
    const line = source.slice(0, at).split("\n").length;
    lines.set(name, [...(lines.get(name) ?? []), line]);
  }
  return [...lines].flatMap(([name, at]) => (at.length > 1 ? [{ name, lines: at }] : []));
}

/** Index of the token after the `{` in `fleet("name", {`; past the end when there is none. */
function startOfServices(tokens: readonly Token[]): number {
  const opening = ["fleet", "(", "", ",", "{"];
  const at = tokens.findIndex((_, index) =>
    opening.every((wanted, offset) => wanted === "" || tokens[index + offset]?.text === wanted),
  );
  return at === -1 ? tokens.length : at + opening.length;
}

/** Keys of the object literal whose inside starts at `from`. */
function keysFrom(tokens: readonly Token[], from: number): readonly Token[] {
  const keys: Token[] = [];
  let depth = 0;
  for (let index = from; index < tokens.length && depth >= 0; index += 1) {
    const token = tokens[index];
    if (token === undefined) break;
    const startsEntry = index === from || tokens[index - 1]?.text === ",";
    if (depth === 0 && startsEntry && /^["'\w$]/.test(token.text) && AFTER_KEY.has(tokens[index + 1]?.text ?? "")) {
      keys.push(token);
    }
    if ("({[".includes(token.text)) depth += 1;
    if (")}]".includes(token.text)) depth -= 1;
  }
  return keys;
}
