/** Steps of time, in ms. */
export const STEP_MS = 2_000;
/** Ten minutes of them, and the running one. */
export const RING_STEPS = 301;
/** A report tells of no more than this time before it, in ms: while things happen there is one each 2 s. */
const SPREAD_MS_MAX = 2_000;

/** What was counted in each step of the last ten minutes, by name. Takes Unix time with each call. */
export interface EventRing {
  /** Counts what happened since `fromMs`, evenly: reports come at any moment, and rates must not jump with them. */
  readonly add: (event: string, count: number, fromMs: number, nowMs: number) => void;
  /** In these last ten minutes, a whole number. */
  readonly total: (event: string, nowMs: number) => number;
  /** Whatever was counted in them. */
  readonly events: (nowMs: number) => readonly string[];
  /** In the last minute, a whole number. */
  readonly lastMinute: (event: string, nowMs: number) => number;
  /**
   * Over ten seconds, which end two to four seconds ago: of what came later not all have reported. Less than ten when
   * there has been nothing before.
   */
  readonly perSecond: (event: string, nowMs: number) => number;
  /** Counts of the steps from `firstMs` on, the running step left out. */
  readonly series: (event: string, firstMs: number, nowMs: number) => readonly number[];
}

/** A ring holds a column of 2.4 kB for each name that was counted; who adds bounds the names. */
export function createEventRing(): EventRing {
  /** Which step each slot is of. */
  const steps = new Float64Array(RING_STEPS).fill(-1);
  const columns = new Map<string, Float64Array>();
  let bornMs: number | undefined;

  const slotFor = (step: number): number => {
    const slot = step % RING_STEPS;
    if (steps[slot] !== step) {
      steps[slot] = step;
      for (const column of columns.values()) column[slot] = 0;
    }
    return slot;
  };
  const columnOf = (event: string): Float64Array => {
    const known = columns.get(event);
    if (known) return known;
    const made = new Float64Array(RING_STEPS);
    columns.set(event, made);
    return made;
  };
  const at = (event: string, step: number): number => {
    const slot = step % RING_STEPS;
    return steps[slot] === step ? (columns.get(event)?.[slot] ?? 0) : 0;
  };
  const sum = (event: string, fromStep: number, toStep: number): number => {
    let total = 0;
    for (let step = Math.max(0, fromStep); step < toStep; step += 1) total += at(event, step);
    return total;
  };
  const all = (event: string, nowMs: number): number => {
    const now = Math.floor(nowMs / STEP_MS);
    return sum(event, now - RING_STEPS + 1, now + 1);
  };
  return {
    add(event, count, fromMs, nowMs) {
      const beginMs = Math.min(Math.max(fromMs, nowMs - SPREAD_MS_MAX), nowMs - 1);
      bornMs = Math.min(bornMs ?? beginMs, beginMs);
      const column = columnOf(event);
      for (let step = Math.floor(beginMs / STEP_MS); step * STEP_MS < nowMs; step += 1) {
        const overlapMs = Math.min((step + 1) * STEP_MS, nowMs) - Math.max(step * STEP_MS, beginMs);
        const slot = slotFor(step);
        column[slot] = (column[slot] ?? 0) + (count * overlapMs) / (nowMs - beginMs);
      }
    },
    total: (event, nowMs) => Math.round(all(event, nowMs)),
    events: (nowMs) => [...columns.keys()].filter((event) => all(event, nowMs) > 0),
    lastMinute(event, nowMs) {
      const now = Math.floor(nowMs / STEP_MS);
      return Math.round(sum(event, now - 60_000 / STEP_MS, now + 1));
    },
    perSecond(event, nowMs) {
      const end = Math.floor(nowMs / STEP_MS) - 1;
      const first = end - 10_000 / STEP_MS;
      const seconds = Math.min(10_000, end * STEP_MS - (bornMs ?? nowMs)) / 1_000;
      return seconds <= 0 ? 0 : sum(event, first, end) / Math.max(seconds, STEP_MS / 1_000);
    },
    series(event, firstMs, nowMs) {
      const first = Math.floor(firstMs / STEP_MS);
      const now = Math.floor(nowMs / STEP_MS);
      return Array.from({ length: Math.max(0, now - first) }, (_, index) => at(event, first + index));
    },
  };
}
