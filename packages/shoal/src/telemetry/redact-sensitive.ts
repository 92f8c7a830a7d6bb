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
