import type { Clock } from "../core/clock.ts";
import {
  type AdmissionState,
  EDGE_EVENTS,
  type EdgeEvent,
  type EdgeState,
  type ResilienceMeter,
} from "./resilience.ts";

/** Callees counted each for itself; the rest share one. */
export const CALLEES_MAX = 500;
/** The name of the rest. */
const OTHER = "other";

/** What was counted so far, as it is kept: it goes on changing. */
export interface CountedResilience {
  /** Unix ms of the first thing that was counted; 0 before. */
  readonly startMs: number;
  /** By callee, at most CALLEES_MAX and one for the rest; the numbers are in the order of EDGE_EVENTS. */
  readonly edges: ReadonlyMap<string, readonly number[]>;
  /** By criticality and reason, such as "sheddable overload". */
  readonly shed: ReadonlyMap<string, number>;
  readonly edgeReads: ReadonlySet<() => EdgeState>;
  readonly admissionReads: ReadonlySet<() => AdmissionState>;
}

/** A meter whose counts can be read. */
export interface CountingResilienceMeter extends ResilienceMeter {
  readonly counted: CountedResilience;
  /** How many things were counted, requests that came in among them, for a cheap "has anything changed". */
  readonly changes: () => number;
  /** Runs a task once, as the next thing is counted. There is one at a time; undefined takes it back. */
  readonly onNext: (task: (() => void) | undefined) => void;
}

const INDEX = Object.freeze(Object.fromEntries(EDGE_EVENTS.map((event, index) => [event, index]))) as Readonly<
  Record<EdgeEvent, number>
>;

/** Counts in plain arrays of numbers; what is made of them is made when somebody asks. */
export function createResilienceMeter(clock: Pick<Clock, "wallMs">): CountingResilienceMeter {
  const edges = new Map<string, number[]>();
  const shed = new Map<string, number>();
  const edgeReads = new Set<() => EdgeState>();
  const admissionReads = new Set<() => AdmissionState>();
  let changes = 0;
  let next: (() => void) | undefined;
  let startMs = 0;
  const changed = () => {
    if (changes === 0) startMs = clock.wallMs();
    changes += 1;
    if (next === undefined) return;
    const task = next;
    next = undefined;
    task();
  };
  const countsOf = (callee: string): number[] => {
    const name = edges.has(callee) || edges.size < CALLEES_MAX ? callee : OTHER;
    const known = edges.get(name);
    if (known) return known;
    const made = new Array<number>(EDGE_EVENTS.length).fill(0);
    edges.set(name, made);
    return made;
  };
  return {
    counted: {
      get startMs() {
        return startMs;
      },
      edges,
      shed,
      edgeReads,
      admissionReads,
    },
    changes: () => changes,
    onNext(task) {
      next = task;
    },
    edge(callee) {
      const counts = countsOf(callee);
      return (event) => {
        const index = INDEX[event];
        counts[index] = (counts[index] ?? 0) + 1;
        changed();
      };
    },
    shed(criticality, reason) {
      const key = `${criticality} ${reason}`;
      shed.set(key, (shed.get(key) ?? 0) + 1);
      changed();
    },
    asked: changed,
    watchEdge: (read) => watch(edgeReads, read),
    watchAdmission: (read) => watch(admissionReads, read),
  };
}

function watch<Read>(reads: Set<Read>, read: Read): () => void {
  reads.add(read);
  return () => void reads.delete(read);
}
