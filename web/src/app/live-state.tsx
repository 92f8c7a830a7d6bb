import { useLiveState } from "../api/use-live.ts";
import classes from "./live-state.module.css";

const WORDS = { connecting: "Waiting", live: "Live", lost: "Not live" } as const;

/** Whether what is on screen is what happens now. */
export function LiveState() {
  const live = useLiveState();
  return (
    <span className={classes["state"]} data-live={live} role="status">
      <span className={classes["dot"]} aria-hidden />
      {WORDS[live]}
    </span>
  );
}
