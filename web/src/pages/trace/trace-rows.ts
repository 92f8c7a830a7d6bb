import type { LogEntry } from "../../api/types.ts";
import type { TraceNode } from "./trace-tree.ts";

export type TraceRow =
  | {
      readonly kind: "span";
      readonly key: string;
      readonly node: TraceNode;
      readonly depth: number;
      readonly hidden: number;
    }
  | { readonly kind: "log"; readonly key: string; readonly log: LogEntry; readonly depth: number };

/** What of the trace is shown. */
export interface RowChoice {
  /** Ids of spans whose children are folded away. */
  readonly collapsed: ReadonlySet<string>;
  /** Services that are left out; what they called moves up. */
  readonly hiddenServices: ReadonlySet<string>;
  /** Only failed spans and what led to them. */
  readonly onlyErrors: boolean;
  /** With the log lines under their spans. */
  readonly withLogs: boolean;
}

/** The lines of the waterfall below these roots. Log lines stand between the children of their span, at their time. */
export function traceRows(
  roots: readonly TraceNode[],
  logs: ReadonlyMap<string, readonly LogEntry[]>,
  choice: RowChoice,
): readonly TraceRow[] {
  const rows: TraceRow[] = [];
  const failing = choice.onlyErrors ? failingNodes(roots) : undefined;
  type Item =
    | { readonly timeMs: number; readonly row: TraceRow }
    | { readonly timeMs: number; readonly node: TraceNode; readonly depth: number };
  const stack: Item[] = roots.map((node) => ({ timeMs: node.startMs, node, depth: 0 })).reverse();
  for (let item = stack.pop(); item; item = stack.pop()) {
    if ("row" in item) {
      rows.push(item.row);
      continue;
    }
    const { node, depth } = item;
    if (failing && !failing.has(node)) continue;
    const isHidden = choice.hiddenServices.has(node.span.service);
    const isFolded = choice.collapsed.has(node.id) && !isHidden;
    if (!isHidden) rows.push({ kind: "span", key: node.id, node, depth, hidden: isFolded ? countBelow(node) : 0 });
    if (isFolded) continue;
    const within = isHidden ? depth : depth + 1;
    const items: Item[] = node.children.map((child) => ({ timeMs: child.startMs, node: child, depth: within }));
    if (choice.withLogs && !isHidden) items.push(...logItems(node, logs, within));
    stack.push(...items.sort((left, right) => right.timeMs - left.timeMs));
  }
  return rows;
}

function logItems(node: TraceNode, logs: ReadonlyMap<string, readonly LogEntry[]>, depth: number) {
  // A second span with the same id would show the same lines.
  const own = node.id === node.span.spanId ? (logs.get(node.span.spanId) ?? []) : [];
  return own.map((log) => ({
    timeMs: log.timeMs + node.skewMs,
    row: { kind: "log", key: `log${log.seq}`, log, depth } as const,
  }));
}

function countBelow(node: TraceNode): number {
  let count = 0;
  const stack = [...node.children];
  for (let at = stack.pop(); at; at = stack.pop()) {
    count += 1;
    for (const child of at.children) stack.push(child);
  }
  return count;
}

/** Failed spans and all above them. */
function failingNodes(roots: readonly TraceNode[]): ReadonlySet<TraceNode> {
  const failing = new Set<TraceNode>();
  const stack = [...roots];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.span.status === "error") {
      for (let at: TraceNode | undefined = node; at && !failing.has(at); at = at.parent) failing.add(at);
    }
    for (const child of node.children) stack.push(child);
  }
  return failing;
}

/** Spans to fold so that only failed ones and what led to them are open. */
export function collapsedButErrors(nodes: readonly TraceNode[], roots: readonly TraceNode[]): ReadonlySet<string> {
  const failing = failingNodes(roots);
  return new Set(
    nodes
      .filter((node) => node.children.length > 0 && !node.children.some((child) => failing.has(child)))
      .map(({ id }) => id),
  );
}

/** Lines by their span, oldest first; those whose span is not there come under "". */
export function logsBySpan(
  logs: readonly LogEntry[],
  spanIds: ReadonlySet<string>,
): ReadonlyMap<string, readonly LogEntry[]> {
  const bySpan = new Map<string, LogEntry[]>();
  for (const log of logs) {
    const key = spanIds.has(log.spanId) ? log.spanId : "";
    const list = bySpan.get(key);
    if (list) list.push(log);
    else bySpan.set(key, [log]);
  }
  return bySpan;
}
