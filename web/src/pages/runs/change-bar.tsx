import { changeOf } from "./run-words.ts";
import classes from "./runs.module.css";

/** Four times as long, or a quarter, fills a half. */
const FULL = 2;

interface ChangeBarProps {
  readonly before: number | null;
  readonly after: number | null;
}

/** From the middle to the right: longer; to the left: shorter. */
export function ChangeBar({ before, after }: ChangeBarProps) {
  const change = changeOf(before, after);
  const share = Math.min(1, Math.abs(change ?? 0) / FULL) * 50;
  const longer = (change ?? 0) > 0;
  return (
    <div className={classes["change"]} aria-hidden>
      {change !== null && (
        <span
          data-longer={longer || undefined}
          style={longer ? { left: "50%", width: `${share}%` } : { right: "50%", width: `${share}%` }}
        />
      )}
    </div>
  );
}
