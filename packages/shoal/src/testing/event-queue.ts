import type { Cancel } from "../core/clock.ts";

/** Tasks in the order of their times; of two at the same time, the one added first comes first. */
export interface EventQueue {
  /** Adds a task; the returned function takes it out again. */
  readonly add: (dueMs: number, task: () => void) => Cancel;
  /** Takes out the first task that is due by `untilMs`, if there is one. */
  readonly take: (untilMs: number) => DueTask | undefined;
  /** Tasks neither taken nor cancelled. */
  readonly size: () => number;
}

interface DueTask {
  readonly dueMs: number;
  readonly run: () => void;
}

interface Entry {
  readonly dueMs: number;
  readonly order: number;
  run: () => void;
  /** Cancelled or taken: it waits for its turn only to be dropped. */
  done: boolean;
}

/** With fewer entries than this, sweeping out the cancelled ones gains nothing. */
const SWEEP_MIN = 1_024;

const nothing = () => {};

/**
 * A binary heap. Cancelling only marks: most timers of a client are deadlines that never come, so they are swept out
 * together once they are the majority, which costs each of them a constant time.
 */
export function createEventQueue(): EventQueue {
  let heap: Entry[] = [];
  let order = 0;
  let live = 0;

  const sweep = () => {
    heap = heap.filter(({ done }) => !done);
    for (let index = (heap.length >> 1) - 1; index >= 0; index -= 1) sink(heap, index);
  };
  const cancel = (entry: Entry) => {
    if (entry.done) return;
    entry.done = true;
    entry.run = nothing; // what it held on to may go at once
    live -= 1;
    if (heap.length > SWEEP_MIN && live < heap.length / 2) sweep();
  };

  return {
    add(dueMs, task) {
      const entry: Entry = { dueMs, order: order++, run: task, done: false };
      live += 1;
      heap.push(entry);
      rise(heap, heap.length - 1);
      return () => cancel(entry);
    },
    take(untilMs) {
      for (let [first] = heap; first !== undefined; [first] = heap) {
        if (!first.done && first.dueMs > untilMs) return undefined;
        removeFirst(heap);
        if (first.done) continue;
        first.done = true;
        live -= 1;
        return first;
      }
      return undefined;
    },
    size: () => live,
  };
}

function isBefore(left: Entry, right: Entry): boolean {
  return left.dueMs < right.dueMs || (left.dueMs === right.dueMs && left.order < right.order);
}

function removeFirst(heap: Entry[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  heap[0] = last;
  sink(heap, 0);
}

/** Moves the entry at `start` up to its place. */
function rise(heap: Entry[], start: number): void {
  const entry = heap[start] as Entry;
  let index = start;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent] as Entry;
    if (!isBefore(entry, above)) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = entry;
}

/** Moves the entry at `start` down to its place. */
function sink(heap: Entry[], start: number): void {
  const entry = heap[start] as Entry;
  let index = start;
  for (;;) {
    const left = 2 * index + 1;
    if (left >= heap.length) break;
    const right = left + 1;
    const child = right < heap.length && isBefore(heap[right] as Entry, heap[left] as Entry) ? right : left;
    const below = heap[child] as Entry;
    if (!isBefore(below, entry)) break;
    heap[index] = below;
    index = child;
  }
  heap[index] = entry;
}
