import type { ExchangeSummary } from "../../api/types.ts";

type Recorded = Pick<
  ExchangeSummary,
  "id" | "side" | "service" | "peer" | "method" | "operation" | "startMs" | "durationMs"
>;

/** Two machines' clocks may differ by this much. */
const SKEW_MS = 1_000;

/**
 * The same call as its other side recorded it: of the same trace, from the same caller to the same callee, and nearest
 * in time. Of a call that was tried more than once, the last try that fits.
 */
export function otherSideOf(exchange: Recorded, ofTrace: readonly ExchangeSummary[]): ExchangeSummary | undefined {
  const { startMs, durationMs } = exchange;
  const fits = ofTrace.filter(
    (other) =>
      other.side !== exchange.side &&
      other.service === exchange.peer &&
      (other.peer === exchange.service || other.peer === "") &&
      other.method === exchange.method &&
      other.startMs <= startMs + durationMs + SKEW_MS &&
      other.startMs + other.durationMs >= startMs - SKEW_MS,
  );
  return fits.sort((left, right) => distance(left, exchange) - distance(right, exchange))[0];
}

function distance(left: Recorded, right: Recorded): number {
  return Math.abs(left.startMs + left.durationMs - right.startMs - right.durationMs);
}
