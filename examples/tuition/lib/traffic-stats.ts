/** What the traffic driver has seen. Every request is counted once: as a success, a refusal or a failure. */
export interface TrafficStats {
  readonly succeeded: (ms: number) => void;
  /** An error that the driver provoked. */
  readonly refused: (code: string, ms: number) => void;
  /** Anything else: it must never go unseen. */
  readonly failed: (code: string, message: string, ms: number) => void;
  readonly ended: (state: string) => void;
  readonly totals: () => TrafficTotals;
  /** One line about what happened since the line before, and everything unexpected in it. */
  readonly summary: (seconds: number) => string;
}

interface TrafficTotals {
  readonly requests: number;
  readonly succeeded: number;
  readonly refused: Readonly<Record<string, number>>;
  readonly failed: Readonly<Record<string, number>>;
  readonly lastFailure: string | null;
  readonly payments: Readonly<Record<string, number>>;
}

/** Latencies kept for a summary; of more, only so many of the first are looked at. */
const LATENCIES_MAX = 10_000;

export function createTrafficStats(): TrafficStats {
  const refused = new Map<string, number>();
  const failed = new Map<string, number>();
  const payments = new Map<string, number>();
  let succeeded = 0;
  let lastFailure: string | null = null;
  let latencies: number[] = [];
  let before = { requests: 0, succeeded: 0, refused: 0, failed: 0 };

  const timed = (ms: number) => {
    if (latencies.length < LATENCIES_MAX) latencies.push(ms);
  };
  const now = () => {
    const sums = { succeeded, refused: sumOf(refused), failed: sumOf(failed) };
    return { ...sums, requests: sums.succeeded + sums.refused + sums.failed };
  };

  return {
    succeeded(ms) {
      succeeded += 1;
      timed(ms);
    },
    refused(code, ms) {
      count(refused, code);
      timed(ms);
    },
    failed(code, message, ms) {
      count(failed, code);
      lastFailure = message;
      timed(ms);
    },
    ended: (state) => count(payments, state),
    totals: () => ({
      requests: now().requests,
      succeeded,
      refused: Object.fromEntries(refused),
      failed: Object.fromEntries(failed),
      lastFailure,
      payments: Object.fromEntries(payments),
    }),
    summary(seconds) {
      const after = now();
      const failures = after.failed - before.failed;
      const shouted = failures > 0 ? `${failures} FAILED` : "0 failed";
      const parts = [
        `${((after.requests - before.requests) / seconds).toFixed(1)} requests/s`,
        `${after.succeeded - before.succeeded} ok`,
        `${after.refused - before.refused} refused as meant`,
        shouted,
        `p50 ${quantile(latencies, 0.5)} ms`,
        `p99 ${quantile(latencies, 0.99)} ms`,
        `payments: ${listOf(payments) || "none yet"}`,
        ...(failures > 0 ? [`all failures: ${listOf(failed)}; the last: ${lastFailure}`] : []),
      ];
      before = after;
      latencies = [];
      return parts.join(", ");
    },
  };
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function sumOf(counts: Map<string, number>): number {
  return [...counts.values()].reduce((sum, value) => sum + value, 0);
}

function listOf(counts: Map<string, number>): string {
  return [...counts].map(([key, value]) => `${value} ${key}`).join(" ");
}

function quantile(values: readonly number[], share: number): string {
  const sorted = values.toSorted((left, right) => left - right);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return value === undefined ? "-" : value.toFixed(0);
}
