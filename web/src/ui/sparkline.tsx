import { memo } from "react";
import classes from "./sparkline.module.css";
import { sparklinePath } from "./sparkline-path.ts";

interface SparklineProps {
  /** Oldest first. */
  readonly values: readonly number[];
  /** As many fill the whole width; fewer leave room at the left. */
  readonly points: number;
  readonly width?: number;
  readonly height?: number;
}

/** The shape of the last values, without a scale. Its number stands beside it, so it says nothing to a screen reader. */
export const Sparkline = memo(function Sparkline({ values, points, width = 76, height = 20 }: SparklineProps) {
  const line = sparklinePath(values, points, { width, height });
  return (
    <svg width={width} height={height} className={classes["sparkline"]} aria-hidden>
      {line === "" ? (
        <path d={`M0 ${height - 1}H${width}`} className={classes["waiting"]} />
      ) : (
        <path d={line} className={classes["line"]} />
      )}
    </svg>
  );
});
