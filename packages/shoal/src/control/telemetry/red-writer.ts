import type { Cancel, Clock } from "../../core/clock.ts";
import type { History } from "../history/history.ts";
import type { RateKeeper } from "./rates.ts";
import { STEP_MS } from "./red-steps.ts";

/** Writes the rows of the charts as their steps end. */
export interface RedWriter {
  /** Writes the rest, and resolves when that is done or has failed. */
  readonly close: () => Promise<void>;
}

/** A history that fails costs the rows that it was given: the charts have a gap, and its warnings say why. */
export function startRedWriter({
  clock,
  rates,
  history,
}: {
  readonly clock: Clock;
  readonly rates: Pick<RateKeeper, "takeRows">;
  readonly history: Pick<History, "appendRed">;
}): RedWriter {
  let cancel: Cancel;
  const write = async (nowMs: number) => {
    const rows = rates.takeRows(nowMs);
    if (rows.length > 0) await history.appendRed(rows).catch(() => {});
  };
  const tick = () => {
    void write(clock.wallMs());
    cancel = clock.after(STEP_MS, tick);
  };
  cancel = clock.after(STEP_MS, tick);
  return {
    close() {
      cancel();
      return write(Number.POSITIVE_INFINITY);
    },
  };
}
