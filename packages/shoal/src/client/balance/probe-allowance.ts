/** Failed probes that each attempt pays for: half of what the retry budget pays for, out of which they are moved on. */
const PER_ATTEMPT = 0.1;
/** Failed probes a second that cost nothing: a quiet client must find out who is back too. */
const PER_SECOND = 1;
/** The most that is saved up; also what it begins with. */
const TOKENS_MAX = 5;

/**
 * Bounds how many requests are spent on finding out that instances are still ill. One instance is bounded by its own
 * pauses; but of a zone that is lost a hundred become due at once, and each would cost a call its first attempt.
 */
export interface ProbeAllowance {
  /** An attempt is made. */
  readonly earn: () => void;
  /** True when a probe may be made now, which is paid for then. */
  readonly take: (nowMs: number) => boolean;
  /** A probe succeeded: it cost nothing. */
  readonly giveBack: () => void;
}

export function createProbeAllowance(startMs: number): ProbeAllowance {
  let tokens = TOKENS_MAX;
  let refilledMs = startMs;
  const add = (amount: number) => {
    tokens = Math.min(TOKENS_MAX, tokens + amount);
  };
  return {
    earn: () => add(PER_ATTEMPT),
    take(nowMs) {
      add((Math.max(0, nowMs - refilledMs) / 1_000) * PER_SECOND);
      refilledMs = Math.max(refilledMs, nowMs);
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
    giveBack: () => add(1),
  };
}
