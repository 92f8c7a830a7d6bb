import type { ExchangeSummary, LogEntry, Trace } from "../../api/types.ts";
import { type CriticalSection, criticalPath } from "./critical-path.ts";
import { type RepeatedCalls, repeatedCalls } from "./repeated-calls.ts";
import { selfTimes } from "./self-time.ts";
import { causeOf } from "./span-failure.ts";
import { type TimeWindow, traceRange } from "./trace-range.ts";
import { logsBySpan } from "./trace-rows.ts";
import { adjustSkew, skewedInstances } from "./trace-skew.ts";
import { buildTraceTree, type TraceNode, type TraceTree } from "./trace-tree.ts";

/** All that the page shows of a trace, worked out once. */
export interface TraceModel {
  readonly trace: Trace;
  readonly tree: TraceTree;
  readonly byId: ReadonlyMap<string, TraceNode>;
  readonly range: TimeWindow;
  /** Spans too far away in time to be drawn. */
  readonly far: ReadonlySet<TraceNode>;
  /** By span, the stretches of the critical path. */
  readonly critical: ReadonlyMap<string, readonly CriticalSection[]>;
  /** By span, how long it worked itself, in ms. */
  readonly selfMs: ReadonlyMap<string, number>;
  /** What is done one by one again and again. */
  readonly repeated: readonly RepeatedCalls[];
  /** The failed span in which the failures of the trace began; undefined when none failed. */
  readonly cause: TraceNode | undefined;
  /** Under "" those whose span is not there. */
  readonly logs: ReadonlyMap<string, readonly LogEntry[]>;
  readonly exchanges: ReadonlyMap<string, readonly ExchangeSummary[]>;
  /** With their number of spans and failed spans, in order of appearance. */
  readonly services: readonly ServiceShare[];
  readonly errors: number;
  readonly skewed: ReturnType<typeof skewedInstances>;
}

export interface ServiceShare {
  readonly service: string;
  readonly spans: number;
  readonly errors: number;
}

export function traceModel(trace: Trace): TraceModel {
  const tree = adjustSkew(buildTraceTree(trace.spans));
  const { range, far } = traceRange(tree.nodes);
  const byId = new Map(tree.nodes.map((node) => [node.id, node]));
  return {
    trace,
    tree,
    byId,
    range,
    far,
    critical: criticalSections(tree.roots.filter((root) => !far.has(root))),
    selfMs: selfTimes(tree.nodes),
    repeated: repeatedCalls(tree.nodes, range.endMs - range.startMs),
    cause: firstCause(tree.nodes),
    logs: logsBySpan(trace.logs, new Set(byId.keys())),
    exchanges: exchangesBySpan(trace.exchanges),
    services: servicesOf(tree.nodes),
    errors: trace.spans.filter(({ status }) => status === "error").length,
    skewed: skewedInstances(tree),
  };
}

/** The root that says what the trace is: one without a parent before orphans, then the longest. */
export function mainRoot({ tree, far }: Pick<TraceModel, "tree" | "far">): TraceNode | undefined {
  const rank = (node: TraceNode) => (far.has(node) ? 2 : node.isOrphan ? 1 : 0);
  return [...tree.roots].sort(
    (left, right) => rank(left) - rank(right) || right.endMs - right.startMs - (left.endMs - left.startMs),
  )[0];
}

/** Of the topmost span that failed: what is above it got over it, or is what the caller sees. */
function firstCause(nodes: readonly TraceNode[]): TraceNode | undefined {
  const top = nodes.find(({ span, isOrphan }) => span.status === "error" && !isOrphan) ?? nodes.find(isFailed);
  return top && (causeOf(top) ?? top);
}

function isFailed({ span }: TraceNode): boolean {
  return span.status === "error";
}

/** The path of the root that ended last: where roots are missing, it held up the end. */
function criticalSections(roots: readonly TraceNode[]): ReadonlyMap<string, readonly CriticalSection[]> {
  const last = roots.reduce<TraceNode | undefined>(
    (latest, root) => (latest === undefined || root.endMs > latest.endMs ? root : latest),
    undefined,
  );
  const byNode = new Map<string, CriticalSection[]>();
  for (const section of last ? criticalPath(last) : []) {
    const list = byNode.get(section.node.id);
    if (list) list.push(section);
    else byNode.set(section.node.id, [section]);
  }
  return byNode;
}

/** Both sides of a call, when both were recorded: the client's first. */
function exchangesBySpan(exchanges: readonly ExchangeSummary[]): ReadonlyMap<string, readonly ExchangeSummary[]> {
  const bySpan = new Map<string, ExchangeSummary[]>();
  for (const exchange of exchanges) {
    const list = bySpan.get(exchange.spanId);
    if (list) list.push(exchange);
    else bySpan.set(exchange.spanId, [exchange]);
  }
  return bySpan;
}

function servicesOf(nodes: readonly TraceNode[]): readonly ServiceShare[] {
  const shares = new Map<string, { service: string; spans: number; errors: number }>();
  for (const { span } of nodes) {
    const share = shares.get(span.service) ?? { service: span.service, spans: 0, errors: 0 };
    share.spans += 1;
    share.errors += span.status === "error" ? 1 : 0;
    shares.set(span.service, share);
  }
  return [...shares.values()];
}
