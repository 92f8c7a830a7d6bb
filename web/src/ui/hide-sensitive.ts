import { headerOf, type ViewedBody } from "./body-view-kind.ts";
import { jsonIn } from "./json-in.ts";

/** In place of a hidden value, as the recorded traffic has it. */
const HIDDEN = "[redacted]";
/** Lists and objects in one another: deeper ones are hidden whole. */
const DEPTH_MAX = 100;

/** A body with its sensitive values replaced. */
export interface HiddenBody {
  readonly body: ViewedBody;
  /** How many were. */
  readonly count: number;
}

/**
 * A reply's body without the values that its operation's contract calls sensitive, as the reply's `x-shoal-sensitive`
 * header names them: who calls an operation may have somebody looking over the shoulder. The same body when nothing is.
 */
export function hideSensitive(body: ViewedBody, headers: readonly (readonly [string, string])[]): HiddenBody {
  const paths = returnedPaths(headerOf(headers, "x-shoal-sensitive"));
  if (paths.length === 0 || body.text === "" || body.encoding !== "utf8") return { body, count: 0 };
  const isEvents = headerOf(headers, "content-type").startsWith("text/event-stream");
  let count = 0;
  const hidden = (text: string) => {
    const whole = jsonIn(text);
    // Cut in the middle it cannot be read: nobody knows where its secrets are.
    const { value, found } =
      whole === undefined && body.truncated ? { value: HIDDEN, found: 1 } : hiddenIn(whole, paths);
    count += found;
    return found === 0 ? text : JSON.stringify(value);
  };
  const text = isEvents
    ? body.text.replace(/^(data:\s*)(.*)$/gm, (_, name, data) => name + hidden(data))
    : hidden(body.text);
  return { body: count === 0 ? body : { ...body, text }, count };
}

/** "/cards/:id body.number returns.owner.name" has the path "owner.name". */
function returnedPaths(header: string): readonly (readonly string[])[] {
  return header
    .split(" ")
    .slice(1)
    .map(decoded)
    .filter((path) => path === "returns" || path.startsWith("returns."))
    .map((path) => path.split(".").slice(1));
}

interface Found {
  readonly value: unknown;
  readonly found: number;
}

/** Positions in lists are left out of paths. */
function hiddenIn(value: unknown, paths: readonly (readonly string[])[], depth = 0): Found {
  if (paths.length === 0 || value === null || value === undefined) return { value, found: 0 };
  if (paths.some((path) => path.length === 0) || depth > DEPTH_MAX) return { value: HIDDEN, found: 1 };
  if (typeof value !== "object") return { value, found: 0 };
  const isList = Array.isArray(value);
  let found = 0;
  const entries = Object.entries(value).map(([key, inner]) => {
    const below = isList ? paths : paths.filter(([step]) => step === key).map((path) => path.slice(1));
    const one = hiddenIn(inner, below, depth + 1);
    found += one.found;
    return [key, one.value] as const;
  });
  if (found === 0) return { value, found };
  return { value: isList ? entries.map(([, inner]) => inner) : Object.fromEntries(entries), found };
}

function decoded(text: string): string {
  try {
    return decodeURI(text);
  } catch {
    return text;
  }
}
