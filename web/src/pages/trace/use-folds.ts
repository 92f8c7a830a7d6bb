import { useCallback, useEffect, useState } from "react";
import type { TraceModel } from "./trace-model.ts";
import { collapsedButErrors } from "./trace-rows.ts";
import type { TraceNode } from "./trace-tree.ts";

/** What is to be folded at once. */
export type Fold = "all" | "none" | "errors";

const NOTHING: ReadonlySet<string> = new Set();

/** Which spans hide what is below them. What is newly selected, such as by a search, is unfolded. */
export function useFolds({ tree, byId }: TraceModel, selected: string | undefined) {
  const [collapsed, setCollapsed] = useState(NOTHING);
  const onToggle = useCallback(
    (id: string) => setCollapsed((now) => (now.has(id) ? without(now, [id]) : new Set([...now, id]))),
    [],
  );
  useEffect(() => {
    const above = aboveOf(selected === undefined ? undefined : byId.get(selected));
    setCollapsed((now) => (above.some((id) => now.has(id)) ? without(now, above) : now));
  }, [selected, byId]);
  const onFold = (how: Fold) => {
    if (how === "none") setCollapsed(NOTHING);
    else if (how === "errors") setCollapsed(collapsedButErrors(tree.nodes, tree.roots));
    else setCollapsed(new Set(tree.nodes.filter(isFoldable).map(({ id }) => id)));
  };
  return { collapsed, onToggle, onFold };
}

function isFoldable({ children, depth }: TraceNode): boolean {
  return children.length > 0 && depth > 0;
}

/** Ids of all that a span lies below. */
function aboveOf(node: TraceNode | undefined): readonly string[] {
  const ids: string[] = [];
  for (let at = node?.parent; at; at = at.parent) ids.push(at.id);
  return ids;
}

function without(ids: ReadonlySet<string>, left: readonly string[]): ReadonlySet<string> {
  return new Set([...ids].filter((id) => !left.includes(id)));
}
