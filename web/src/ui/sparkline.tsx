import { memo } from "react";
import classes from "./sparkline.module.css";
import { sparklinePath } from "./sparkline-path.ts";

interface SparklineProps {
  /** Oldest first. */
  readonly values: readonly number[];
  /** As many fill the whole width; fewer leave room at the left. */
  readonly points: number;
}

const HEIGHT = 22;

/**
 * The shape of the last values as wide as its place, all upon zero. Its number stands beside it, so it says nothing to a
 * screen reader.
 */
export const Sparkline = memo(function Sparkline({ values, points }: SparklineProps) {
  const { line, area } = sparklinePath(values, points, HEIGHT);
  return (
    <svg
      viewBox={`0 0 ${points - 1} ${HEIGHT}`}
      preserveAspectRatio="none"
      className={classes["sparkline"]}
      aria-hidden
    >
      <path d={`M0 ${HEIGHT - 1}H${points - 1}`} className={classes["ground"]} />
      {area !== "" && <path d={area} className={classes["area"]} />}
      {area !== "" && <path d={line} className={classes["line"]} />}
    </svg>
  );
});
