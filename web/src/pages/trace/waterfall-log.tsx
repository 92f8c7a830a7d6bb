import type { CSSProperties } from "react";
import { formatClock } from "../../format/time.ts";
import { AnsiText } from "../../ui/ansi-text.tsx";
import { firstLine, moreLines, shownText } from "../../ui/log-text.ts";
import { placeIn, type TimeWindow } from "./trace-range.ts";
import type { TraceRow } from "./trace-rows.ts";
import classes from "./waterfall.module.css";

interface WaterfallLogProps {
  readonly row: Extract<TraceRow, { readonly kind: "log" }>;
  readonly window: TimeWindow;
  readonly style: CSSProperties;
  /** Called with the id of the span that logged it. */
  readonly onSelect: (span: string) => void;
}

const NO_WORDS: readonly string[] = [];

/** A line that was logged within a span, at its time. */
export function WaterfallLog({ row: { log, depth }, window, style, onSelect }: WaterfallLogProps) {
  const place = placeIn({ startMs: log.timeMs, endMs: log.timeMs }, window);
  const { first, more } = firstLine(shownText(log));
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: by keyboard one opens its span, which lists its lines
    <div
      role="row"
      tabIndex={-1}
      className={classes["log"]}
      data-level={log.level}
      style={style}
      aria-level={depth + 1}
      onClick={() => onSelect(log.spanId)}
    >
      <div role="gridcell" className={classes["logText"]} style={{ paddingLeft: 30 + Math.min(depth, 18) * 14 }}>
        <span className={classes["logLevel"]}>{log.level}</span>
        <AnsiText text={first} words={NO_WORDS} />
        {more > 0 && ` ${moreLines(more)}`}
      </div>
      <div role="gridcell" className={classes["time"]}>
        <div className={classes["track"]}>
          {place && (
            <span className={classes["moment"]} style={{ left: `${place.left}%` }} title={formatClock(log.timeMs)} />
          )}
        </div>
      </div>
    </div>
  );
}
