import type { TraceNode } from "./trace-tree.ts";

/** A stretch of time in which this span itself held up the end of the trace. */
export interface CriticalSection {
  readonly node: TraceNode;
  readonly startMs: number;
  readonly endMs: number;
}

/** A child that outlives its parent by more was not waited for. */
const OVERHANG_MS_MAX = 1;

interface Frame {
  readonly node: TraceNode;
  readonly startMs: number;
  /** What ended last first. */
  readonly children: readonly Clipped[];
  next: number;
  cursorMs: number;
}

interface Clipped {
  readonly node: TraceNode;
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * What one would have to make faster for the trace to end earlier, from its start to its end. From the end of the span
 * backwards: it waited for the child that ended last; before that child began, for the one that had ended last by then;
 * and in between it worked itself. So in Zhang et al., "CRISP: Critical Path Analysis of Large-Scale Microservice
 * Architectures" (USENIX ATC '22), and in Jaeger UI (TracePage/CriticalPath).
 *
 * Children are cut at their parent's start and end. Left out are those that were not waited for: that lie outside of
 * it, that consume a message, and that outlive it (but for a server whose caller gave up: that was waited for). What
 * overlaps a child on the path ran beside it and is not on the path.
 */
export function criticalPath(root: TraceNode): readonly CriticalSection[] {
  const sections: CriticalSection[] = [];
  const stack: Frame[] = [frameOf(root, root.startMs, root.endMs)];
  for (let frame = stack.at(-1); frame; frame = stack.at(-1)) {
    const child = nextChild(frame);
    const fromMs = child ? child.endMs : frame.startMs;
    if (frame.cursorMs > fromMs) sections.push({ node: frame.node, startMs: fromMs, endMs: frame.cursorMs });
    if (child === undefined) {
      stack.pop();
      continue;
    }
    frame.cursorMs = child.startMs;
    stack.push(frameOf(child.node, child.startMs, child.endMs));
  }
  return sections.reverse();
}

/** For each span on the path, by its id, how long it held up the trace itself. */
export function criticalTimes(sections: readonly CriticalSection[]): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const { node, startMs, endMs } of sections) times.set(node.id, (times.get(node.id) ?? 0) + endMs - startMs);
  return times;
}

function nextChild(frame: Frame): Clipped | undefined {
  while (frame.next < frame.children.length) {
    const child = frame.children[frame.next];
    frame.next += 1;
    if (child && child.endMs <= frame.cursorMs) return child;
  }
  return undefined;
}

function frameOf(node: TraceNode, startMs: number, endMs: number): Frame {
  const children = node.children
    .filter((child) => isWaitedFor(child, node))
    .map((child) => ({
      node: child,
      startMs: Math.max(child.startMs, startMs),
      endMs: Math.min(child.endMs, endMs),
    }))
    .filter((child) => child.startMs < child.endMs)
    .sort((left, right) => right.endMs - left.endMs || right.startMs - left.startMs);
  return { node, startMs, children, next: 0, cursorMs: endMs };
}

function isWaitedFor(child: TraceNode, parent: TraceNode): boolean {
  if (child.span.kind === "consumer" || child.startMs >= parent.endMs) return false;
  const isServed = child.span.kind === "server" && parent.span.kind === "client";
  return isServed || child.endMs <= parent.endMs + OVERHANG_MS_MAX;
}
