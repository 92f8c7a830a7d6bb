import type { SpanView } from "../../api/types.ts";

/** A span at its place in the trace. Times are those that are shown: see trace-skew.ts. */
export interface TraceNode {
  /** Its span id; with "#2" and so on when several spans have the same. */
  readonly id: string;
  readonly span: SpanView;
  readonly parent: TraceNode | undefined;
  /** By start. */
  readonly children: readonly TraceNode[];
  readonly depth: number;
  /** It names a parent that is not there, or that is below itself. */
  readonly isOrphan: boolean;
  readonly startMs: number;
  readonly endMs: number;
  /** What its clock was moved by, in ms; 0 for most. */
  readonly skewMs: number;
}

export interface TraceTree {
  readonly roots: readonly TraceNode[];
  /** All, parents before their children. */
  readonly nodes: readonly TraceNode[];
  /** Spans whose parent is not in the trace. */
  readonly missingParents: number;
  /** Circles of parents that were cut. */
  readonly cycles: number;
  /** Spans with an id that another has already. */
  readonly duplicates: number;
}

type Draft = { -readonly [Key in keyof TraceNode]: TraceNode[Key] } & { children: Draft[]; parent: Draft | undefined };

/**
 * The tree of a trace, whatever its spans say: a span with a missing parent is a root, a circle of parents is cut at its
 * earliest span, a second span with the same id stands for itself. No recursion: a chain may be 10,000 spans deep.
 */
export function buildTraceTree(spans: readonly SpanView[]): TraceTree {
  const drafts = draftsOf(spans);
  const byId = new Map<string, Draft>();
  for (const draft of drafts) if (!byId.has(draft.span.spanId)) byId.set(draft.span.spanId, draft);
  let missingParents = 0;
  for (const draft of drafts) {
    const { parentSpanId } = draft.span;
    draft.parent = parentSpanId === "" ? undefined : byId.get(parentSpanId);
    draft.isOrphan = parentSpanId !== "" && draft.parent === undefined;
    if (draft.isOrphan) missingParents += 1;
  }
  const cycles = cutCycles(drafts);
  for (const draft of drafts) draft.parent?.children.push(draft);
  const roots = drafts.filter(({ parent }) => parent === undefined);
  return { roots, nodes: inOrder(roots), missingParents, cycles, duplicates: drafts.length - byId.size };
}

/** By start, so that children and roots are so, too. */
function draftsOf(spans: readonly SpanView[]): Draft[] {
  const seen = new Map<string, number>();
  return [...spans]
    .sort((left, right) => left.startMs - right.startMs || right.durationMs - left.durationMs)
    .map((span) => {
      const times = (seen.get(span.spanId) ?? 0) + 1;
      seen.set(span.spanId, times);
      return {
        id: times === 1 ? span.spanId : `${span.spanId}#${times}`,
        span,
        parent: undefined,
        children: [],
        depth: 0,
        isOrphan: false,
        startMs: span.startMs,
        endMs: span.startMs + Math.max(0, span.durationMs),
        skewMs: 0,
      };
    });
}

/** Goes up from each span; one that is met twice on one way closes a circle. */
function cutCycles(drafts: readonly Draft[]): number {
  const done = new Set<Draft>();
  let cycles = 0;
  for (const draft of drafts) {
    const way = new Set<Draft>();
    let at: Draft | undefined = draft;
    while (at && !done.has(at) && !way.has(at)) {
      way.add(at);
      at = at.parent;
    }
    if (at && way.has(at)) {
      const first = earliestOfCircle(at);
      first.parent = undefined;
      first.isOrphan = true;
      cycles += 1;
    }
    for (const one of way) done.add(one);
  }
  return cycles;
}

function earliestOfCircle(member: Draft): Draft {
  let first = member;
  for (let at = member.parent; at && at !== member; at = at.parent) if (at.startMs < first.startMs) first = at;
  return first;
}

function inOrder(roots: readonly Draft[]): Draft[] {
  const nodes: Draft[] = [];
  const stack = [...roots].reverse();
  for (let node = stack.pop(); node; node = stack.pop()) {
    node.depth = node.parent === undefined ? 0 : node.parent.depth + 1;
    nodes.push(node);
    for (let at = node.children.length - 1; at >= 0; at -= 1) {
      const child = node.children[at];
      if (child) stack.push(child);
    }
  }
  return nodes;
}

/** A copy with other times; `shiftOf` is asked for parents first and gets what the parent was moved by. */
export function shiftTree(
  tree: TraceTree,
  shiftOf: (node: TraceNode, parent: TraceNode | undefined) => number,
): TraceTree {
  const moved = new Map<TraceNode, Draft>();
  const nodes = tree.nodes.map((node) => {
    const parent = node.parent && moved.get(node.parent);
    const skewMs = shiftOf(node, parent);
    const copy: Draft = {
      ...node,
      parent,
      children: [],
      skewMs,
      startMs: node.span.startMs + skewMs,
      endMs: node.endMs - node.startMs + node.span.startMs + skewMs,
    };
    moved.set(node, copy);
    parent?.children.push(copy);
    return copy;
  });
  for (const { children } of nodes) children.sort((left, right) => left.startMs - right.startMs);
  const roots = nodes.filter(({ parent }) => parent === undefined);
  return { ...tree, roots, nodes: inOrder(roots) };
}
