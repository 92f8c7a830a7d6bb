import { useHotkeys } from "@mantine/hooks";
import { useMemo, useRef } from "react";
import type { JumpKind } from "./jump-buttons.tsx";
import { jumpFrom, spanJumps } from "./span-jumps.ts";
import type { TraceModel } from "./trace-model.ts";
import type { TraceNode } from "./trace-tree.ts";

interface Jumping {
  readonly model: TraceModel;
  /** What is shown of the trace lies below these. */
  readonly roots: readonly TraceNode[];
  readonly hidden: ReadonlySet<string>;
  readonly selected: string | undefined;
  readonly onSelect: (span: string) => void;
}

/** Jumps among the spans that are shown, by button or key: n and N to failed ones, w and W to where the time went. */
export function useJumps({ model, roots, hidden, selected, onSelect }: Jumping) {
  const jumps = useMemo(() => spanJumps(shownNodes(model, roots, hidden), model), [model, roots, hidden]);
  const jumped = useRef<string>(undefined);
  const jump = (kind: JumpKind, by: 1 | -1) => {
    // From any failed span to the next; but where the time went begins with the slowest, wherever one is.
    const from = kind === "failed" || jumped.current === selected ? selected : undefined;
    const id = jumpFrom(jumps[kind], from, by);
    if (id === undefined) return;
    jumped.current = kind === "slowest" ? id : undefined;
    onSelect(id);
  };
  useHotkeys([
    ["n", () => jump("failed", 1)],
    ["shift+n", () => jump("failed", -1)],
    ["w", () => jump("slowest", 1)],
    ["shift+w", () => jump("slowest", -1)],
  ]);
  return { jumps, onJump: jump, slowAt: jumped.current === selected ? selected : undefined };
}

function shownNodes({ tree }: TraceModel, roots: readonly TraceNode[], hidden: ReadonlySet<string>) {
  const among = roots === tree.roots ? undefined : new Set(roots);
  return tree.nodes.filter((node) => !hidden.has(node.span.service) && (among === undefined || isBelow(node, among)));
}

function isBelow(node: TraceNode, roots: ReadonlySet<TraceNode>): boolean {
  for (let at: TraceNode | undefined = node; at; at = at.parent) if (roots.has(at)) return true;
  return false;
}
