import { formatDuration } from "../../format/time.ts";
import { placeIn, type TimeWindow, ticksOf } from "./trace-range.ts";
import classes from "./waterfall.module.css";

const TICKS_MAX = 6;

/** Times after the start of the trace. */
export function WaterfallAxis({ window, originMs }: { readonly window: TimeWindow; readonly originMs: number }) {
  return (
    <div className={classes["axis"]} aria-hidden>
      <div className={classes["legend"]}>
        Service and operation
        <span className={classes["legendPath"]}>critical path</span>
      </div>
      <div className={classes["ticks"]}>
        {ticksOf(window, originMs, TICKS_MAX).map((ms) => (
          <span
            key={ms}
            className={classes["tick"]}
            style={{ left: `${placeIn({ startMs: ms, endMs: ms }, window)?.left ?? 0}%` }}
          >
            {formatDuration(ms - originMs)}
          </span>
        ))}
      </div>
    </div>
  );
}
