import type { Operation } from "../contract/operation.ts";
import { parsePath } from "../contract/path.ts";

/** A tree of the places that a contract calls sensitive. */
export interface SensitiveNode {
  /** Everything here and below is. */
  readonly whole: boolean;
  readonly steps: ReadonlyMap<string, SensitiveNode>;
}

/** What an operation's `sensitive` says of each part of an exchange. */
export interface SensitiveParts {
  /** The operation's path template, such as "/cards/:number". */
  readonly path: string;
  readonly params: ReadonlySet<string>;
  readonly query: ReadonlySet<string>;
  readonly headers: ReadonlySet<string>;
  readonly body: SensitiveNode | undefined;
  readonly returns: SensitiveNode | undefined;
}

/**
 * Reads an operation's sensitive paths. List positions are left out of them, as everywhere.
 * @param paths Such as "body.card.number", "returns.token", "query.q", "params.id", "headers.x-key".
 */
export function sensitiveParts(path: string, paths: readonly string[]): SensitiveParts {
  const below = (part: string) =>
    paths.filter((each) => each === part || each.startsWith(`${part}.`)).map((each) => each.slice(part.length + 1));
  const names = (part: string) => new Set(below(part).map((name) => (part === "headers" ? name.toLowerCase() : name)));
  return {
    path,
    params: names("params"),
    query: names("query"),
    headers: names("headers"),
    body: treeOf(below("body")),
    returns: treeOf(below("returns")),
  };
}

/** True for a path that the template stands for. */
export function matchesPath({ path: template }: SensitiveParts, path: string): boolean {
  return pathForm(template).test(path);
}

/** Finds the pieces of a template in a path: literal text and parameters in turn, as `parsePath` has them. */
export function pathForm(template: string): RegExp {
  const pieces = parsePath(template).pieces.map((piece, index) =>
    index % 2 === 1 ? "([^/]+)" : `(${literal(piece)})`,
  );
  return new RegExp(`^${pieces.join("")}/?$`, "i");
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

interface Growing {
  whole: boolean;
  readonly steps: Map<string, Growing>;
}

function treeOf(paths: readonly string[]): SensitiveNode | undefined {
  if (paths.length === 0) return undefined;
  const root: Growing = { whole: false, steps: new Map() };
  for (const path of paths) {
    let node = root;
    for (const step of path.split(".").filter((each) => each !== "" && !/^\d+$/.test(each))) {
      const next: Growing = node.steps.get(step) ?? { whole: false, steps: new Map() };
      node.steps.set(step, next);
      node = next;
    }
    node.whole = true;
  }
  return root;
}

/** The place below a key. A number says nothing of where one is: it may be a position. */
export function stepInto(node: SensitiveNode | undefined, key: string): SensitiveNode | undefined {
  return node?.steps.get(key) ?? (node !== undefined && /^\d+$/.test(key) ? node : undefined);
}

/** What of an operation matters here. */
type Described = Pick<Operation, "path" | "spec">;

const ofOperation = new WeakMap<object, SensitiveParts>();

/** The same of an operation, read once. Undefined when it has nothing sensitive. */
export function sensitiveOf(operation: Described): SensitiveParts | undefined {
  const { path, spec } = operation;
  if (!spec.sensitive || spec.sensitive.length === 0) return undefined;
  const parts = ofOperation.get(operation) ?? sensitiveParts(path, spec.sensitive);
  ofOperation.set(operation, parts);
  return parts;
}

/**
 * The value of `x-shoal-sensitive`: the path template and the sensitive paths, so that a caller without the contract
 * knows too. Undefined when nothing is.
 */
export function sensitiveHeader(operation: Described): string | undefined {
  const { sensitive = [] } = operation.spec;
  return sensitive.length === 0 ? undefined : [operation.path, ...sensitive].map(encodeURI).join(" ");
}

const HEADER_CHARS_MAX = 8_192;
const KNOWN_MAX = 1_000;
const byHeader = new Map<string, SensitiveParts>();

/** What such a header says; undefined for none, or for one that cannot be read. */
export function parseSensitiveHeader(header: string | undefined): SensitiveParts | undefined {
  if (header === undefined || header === "" || header.length > HEADER_CHARS_MAX) return undefined;
  const before = byHeader.get(header);
  if (before) return before;
  try {
    const [path = "", ...paths] = header.split(" ").map(decodeURI);
    const parts = sensitiveParts(path, paths);
    if (byHeader.size >= KNOWN_MAX) byHeader.clear();
    byHeader.set(header, parts);
    return parts;
  } catch {
    return undefined;
  }
}
