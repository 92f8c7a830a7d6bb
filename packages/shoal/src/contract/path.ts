/** A path template taken apart. */
export interface ParsedPath {
  /** Literal text and parameter names in turn: "/quotes/:id/lines" is ["/quotes/", "id", "/lines"]. */
  readonly pieces: readonly string[];
  readonly params: readonly string[];
  /** The template with every parameter named alike: two operations with one shape answer the same requests. */
  readonly shape: string;
}

const PARAM = /:([A-Za-z_][A-Za-z0-9_]*)/;

/** Takes "/quotes/:id" apart. */
export function parsePath(path: string): ParsedPath {
  const pieces = path.split(PARAM);
  const params = pieces.filter((_, index) => index % 2 === 1);
  return { pieces, params, shape: pieces.map((piece, index) => (index % 2 === 1 ? ":" : piece)).join("") };
}

/** What keeps a parameter from being filled into its template. */
export interface PathIssue {
  readonly name: string;
  readonly message: string;
}

const DOT_SEGMENT = /\/\.{1,2}(?=\/|$)/;

/**
 * Fills a template's parameters in, percent-encoded. Returns undefined when one is missing or empty, or makes a segment
 * "." or "..": URL parsers resolve those away, encoded or not (WHATWG URL, "double-dot URL path segment"), so that
 * the request would reach another path. `pathIssues` tells which one it is.
 */
export function expandPath(parsed: ParsedPath, params: Readonly<Record<string, unknown>>): string | undefined {
  let path = "";
  let isParam = false;
  for (const piece of parsed.pieces) {
    const value = isParam ? params[piece] : piece;
    if (isParam && isMissing(value)) return undefined;
    path += isParam ? encodeURIComponent(String(value)) : piece;
    isParam = !isParam;
  }
  return path.includes("/.") && DOT_SEGMENT.test(path) ? undefined : path;
}

/** Why `expandPath` returned undefined: the parameters that are missing, or else those made of dots alone. */
export function pathIssues(parsed: ParsedPath, params: Readonly<Record<string, unknown>>): readonly PathIssue[] {
  const missing = parsed.params.filter((name) => isMissing(params[name]));
  if (missing.length > 0) return missing.map((name) => ({ name, message: "missing or empty" }));
  return parsed.params
    .filter((name) => /^\.{1,2}$/.test(String(params[name])))
    .map((name) => ({ name, message: 'makes a path segment "." or "..", which no URL can carry' }));
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}
