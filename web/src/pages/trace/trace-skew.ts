import { shiftTree, type TraceNode, type TraceTree } from "./trace-tree.ts";

/** Less is noise between two machines. */
const SKEW_NOTED_MS = 5;
/** On one machine there is one clock: only a process that was stopped, or is slow to tell the time, is off by so much. */
const SKEW_SAME_HOST_NOTED_MS = 100;

/**
 * Moves spans whose clock differs from their caller's: a server cannot begin before the call that it serves. As Jaeger
 * does (model/adjuster/clockskew.go): a shorter server span is put in the middle of its call, a longer one at the call's
 * start; what the server did moves along. Unlike Jaeger, an end after the call's end counts only between hosts and for
 * a call that was answered: on one host it is a server that works on after its caller gave up.
 */
export function adjustSkew(tree: TraceTree): TraceTree {
  return shiftTree(tree, (node, parent) => {
    if (parent === undefined) return 0;
    if (isCall(node, parent)) return skewOf(node, parent);
    return node.span.instance === parent.span.instance ? parent.skewMs : 0;
  });
}

/** Instances whose clocks are visibly off, with by how much, the most first. */
export function skewedInstances(tree: TraceTree): readonly { readonly instance: string; readonly skewMs: number }[] {
  const worst = new Map<string, number>();
  for (const node of tree.nodes) {
    const { span, skewMs, parent } = node;
    const notedMs = parent && sameHost(node, parent) ? SKEW_SAME_HOST_NOTED_MS : SKEW_NOTED_MS;
    // What was only moved along with its caller is not off itself.
    if (Math.min(Math.abs(skewMs), Math.abs(skewMs - (parent?.skewMs ?? 0))) < notedMs) continue;
    const name = span.instance || span.service;
    if (Math.abs(skewMs) > Math.abs(worst.get(name) ?? 0)) worst.set(name, skewMs);
  }
  return [...worst]
    .map(([instance, skewMs]) => ({ instance, skewMs }))
    .sort((left, right) => Math.abs(right.skewMs) - Math.abs(left.skewMs));
}

function isCall({ span }: TraceNode, { span: parent }: TraceNode): boolean {
  return span.kind === "server" && parent.kind === "client" && span.instance !== parent.instance;
}

function skewOf(node: TraceNode, parent: TraceNode): number {
  const startMs = node.span.startMs;
  const durationMs = node.endMs - node.startMs;
  const parentMs = parent.endMs - parent.startMs;
  const isEarly = startMs < parent.startMs;
  if (durationMs > parentMs) return isEarly ? parent.startMs - startMs : 0;
  const isLate = startMs + durationMs > parent.endMs && parent.span.status !== "error" && !sameHost(node, parent);
  return isEarly || isLate ? parent.startMs - startMs + (parentMs - durationMs) / 2 : 0;
}

function sameHost(node: TraceNode, parent: TraceNode): boolean {
  const host = node.span.resource["host.name"];
  return host !== undefined && host === parent.span.resource["host.name"];
}
