import { useElementSize } from "@mantine/hooks";
import { formatTick } from "../../format/tick.ts";
import { placeIn, type TimeWindow, ticksOf } from "./trace-range.ts";
import classes from "./waterfall.module.css";

const TICKS_MAX = 10;
/** A label with air beside it. */
const TICK_PX = 72;

/** Times after the start of the trace, as many as there is room for. */
export function WaterfallAxis({ window, originMs }: { readonly window: TimeWindow; readonly originMs: number }) {
  const { ref, width } = useElementSize<HTMLDivElement>();
  const count = Math.min(TICKS_MAX, Math.floor(width / TICK_PX));
  const ticks = count < 1 ? [] : ticksOf(window, originMs, count);
  const stepMs = (ticks[1] ?? window.endMs) - (ticks[0] ?? window.startMs);
  return (
    <div className={classes["axis"]} aria-hidden>
      <div className={classes["legend"]}>
        <span className={classes["legendText"]}>Service and operation</span>
        <span className={classes["legendPath"]}>critical path</span>
      </div>
      <div ref={ref} className={classes["ticks"]}>
        {ticks.map((ms) => (
          <span
            key={ms}
            className={classes["tick"]}
            style={{ left: `${placeIn({ startMs: ms, endMs: ms }, window)?.left ?? 0}%` }}
          >
            {formatTick(ms - originMs, stepMs, window.endMs - originMs)}
          </span>
        ))}
      </div>
    </div>
  );
}
