/** A span of a run, by the time at which calls began, in ms; `to` is not part of it. Default: all of it. */
export interface Span {
  readonly fromMs?: number;
  readonly toMs?: number;
}

/** How the calls of a load went. Filled as the world runs; 16 bytes and a little more a call. */
export interface Tally {
  /** Calls that ended. */
  readonly calls: (span?: Span) => number;
  readonly failed: (span?: Span) => number;
  /** Share of calls that succeeded, 0 to 1; 1 when there was none. */
  readonly successRatio: (span?: Span) => number;
  /** The time that this share of the calls took at most, in ms; failed ones included. 0 when there was none. */
  readonly latencyMs: (quantile: number, span?: Span) => number;
  /** Share of calls that succeeded in at most so many ms, 0 to 1; 1 when there was none. */
  readonly withinRatio: (ms: number, span?: Span) => number;
  /** How often calls failed with each code. */
  readonly failures: () => ReadonlyMap<string, number>;
  /** The first time at or after `fromMs` from which on at least `ratio` of calls succeed for `seconds` seconds on end. */
  readonly recoveredMs: (fromMs: number, ratio: number, seconds: number) => number | undefined;
}

export interface TallyWriter extends Tally {
  readonly ended: (startMs: number, endMs: number, failure: string | undefined) => void;
}

export function createTally(): TallyWriter {
  const startsMs: number[] = [];
  const tookMs: number[] = [];
  const succeeded: boolean[] = [];
  const failures = new Map<string, number>();
  /** Times of all calls so far: a picture asks for a hundred percentiles. */
  let allSorted: Float64Array | undefined;

  const indexes = ({ fromMs = 0, toMs = Number.POSITIVE_INFINITY }: Span = {}) => {
    const found: number[] = [];
    for (const [index, startMs] of startsMs.entries()) if (startMs >= fromMs && startMs < toMs) found.push(index);
    return found;
  };
  const sortedOf = (span: Span | undefined) => Float64Array.from(indexes(span), (index) => tookMs[index] ?? 0).sort();
  const failed = (span?: Span) => indexes(span).filter((index) => !succeeded[index]).length;
  const successRatio = (span?: Span) => {
    const calls = indexes(span).length;
    return calls === 0 ? 1 : 1 - failed(span) / calls;
  };

  return {
    ended(startMs, endMs, failure) {
      allSorted = undefined;
      startsMs.push(startMs);
      tookMs.push(endMs - startMs);
      succeeded.push(failure === undefined);
      if (failure !== undefined) failures.set(failure, (failures.get(failure) ?? 0) + 1);
    },
    calls: (span) => indexes(span).length,
    failed,
    successRatio,
    latencyMs(quantile, span) {
      const sorted = (span === undefined && allSorted) || sortedOf(span);
      if (span === undefined) allSorted = sorted;
      return sorted[Math.min(sorted.length - 1, Math.floor(quantile * sorted.length))] ?? 0;
    },
    withinRatio(ms, span) {
      const all = indexes(span);
      const within = all.filter((index) => succeeded[index] && (tookMs[index] ?? 0) <= ms).length;
      return all.length === 0 ? 1 : within / all.length;
    },
    failures: () => failures,
    recoveredMs(fromMs, ratio, seconds) {
      const lastMs = startsMs.reduce((last, startMs) => Math.max(last, startMs), 0);
      let goodSinceMs = fromMs;
      for (let atMs = fromMs; atMs + 1_000 <= lastMs + 1; atMs += 1_000) {
        if (successRatio({ fromMs: atMs, toMs: atMs + 1_000 }) < ratio) goodSinceMs = atMs + 1_000;
        else if (atMs + 1_000 - goodSinceMs >= seconds * 1_000) return goodSinceMs;
      }
      return undefined;
    },
  };
}
