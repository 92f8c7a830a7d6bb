/** What a load measured in its own process. Times in µs. */
export interface Burst {
  readonly calls: number;
  readonly failed: number;
  /** The first failure, in words; undefined for none. */
  readonly why: string | undefined;
  /** Calls that were answered. */
  readonly perSecond: number;
  /** CPU time of this process for each call. */
  readonly cpuUs: number;
  readonly p50Us: number;
  readonly p99Us: number;
}

type Call = () => Promise<unknown>;

/** So many callers, each of which calls again as soon as it is answered, for so long. */
export async function closedLoad(call: Call, { inFlight, ms }: { readonly inFlight: number; readonly ms: number }) {
  const tally = createTally();
  const endMs = performance.now() + ms;
  const caller = async () => {
    for (let startMs = performance.now(); startMs < endMs; startMs = performance.now()) {
      await call().catch(tally.failed);
      tally.took(performance.now() - startMs);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, caller));
  return tally.burst();
}

/** Beyond so many calls in flight the callee does not keep up, and the rate is none that it can be measured at. */
const OPEN_IN_FLIGHT_MAX = 20_000;

/**
 * Calls that arrive at a rate, by chance (Poisson), whether those before them have been answered or not. A latency
 * counts from when its call was to begin, so that what waits in the caller is seen too: no coordinated omission (Gil
 * Tene). Looks at the clock in every turn of the event loop: a timer would be a millisecond late.
 */
export function openLoad(call: Call, { perSecond, ms }: { readonly perSecond: number; readonly ms: number }) {
  const tally = createTally();
  const random = seeded(1);
  const startMs = performance.now();
  const endMs = startMs + ms;
  let dueMs = startMs;
  let inFlight = 0;
  return new Promise<Burst>((resolve, reject) => {
    const begin = (intendedMs: number) => {
      inFlight += 1;
      void call()
        .catch(tally.failed)
        .then(() => {
          inFlight -= 1;
          tally.took(performance.now() - intendedMs);
        });
    };
    const turn = () => {
      const nowMs = performance.now();
      for (; dueMs <= nowMs && dueMs < endMs; dueMs += (-Math.log(1 - random()) * 1_000) / perSecond) begin(dueMs);
      if (inFlight > OPEN_IN_FLIGHT_MAX) reject(new Error(`${perSecond} calls a second are more than it can take`));
      else if (dueMs >= endMs && inFlight === 0) resolve(tally.burst());
      else setImmediate(turn);
    };
    turn();
  });
}

function createTally() {
  const startMs = performance.now();
  const before = process.cpuUsage();
  const tookUs: number[] = [];
  let failures = 0;
  let why: string | undefined;
  return {
    failed(cause: unknown) {
      failures += 1;
      why ??= whyOf(cause);
    },
    took: (ms: number) => void tookUs.push(ms * 1_000),
    burst(): Burst {
      const { user, system } = process.cpuUsage(before);
      const seconds = (performance.now() - startMs) / 1_000;
      const calls = tookUs.length;
      const sorted = Float64Array.from(tookUs).sort();
      const at = (share: number) => sorted[Math.min(calls - 1, Math.floor(calls * share))] ?? Number.NaN;
      const times = { p50Us: at(0.5), p99Us: at(0.99) };
      const perSecond = (calls - failures) / seconds;
      return { calls, failed: failures, why, perSecond, cpuUs: (user + system) / calls, ...times };
    },
  };
}

/** The message and those of its causes: "fetch failed" alone says nothing. */
function whyOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return cause.cause === undefined ? cause.message : `${cause.message}: ${whyOf(cause.cause)}`;
}

/** The same numbers for the same seed (mulberry32, Tommy Ettinger, public domain). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
