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

/** Fills a template's parameters in, percent-encoded. Returns undefined when one is missing or empty. */
export function expandPath(parsed: ParsedPath, params: Readonly<Record<string, unknown>>): string | undefined {
  let path = "";
  for (const [index, piece] of parsed.pieces.entries()) {
    if (index % 2 === 0) {
      path += piece;
      continue;
    }
    const value = params[piece];
    if (value === undefined || value === null || value === "") return undefined;
    path += encodeSegment(String(value));
  }
  return path;
}

/** "." and ".." would be resolved away by URL parsers, so their dots are encoded too. */
function encodeSegment(value: string): string {
  return value === "." || value === ".." ? value.replaceAll(".", "%2E") : encodeURIComponent(value);
}
