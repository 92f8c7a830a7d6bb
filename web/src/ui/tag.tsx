import type { ReactNode } from "react";
import classes from "./tag.module.css";

/** What a colour says, as the tokens in global.css are named. */
export type Meaning = "ok" | "info" | "warn" | "bad" | "idle";

/**
 * A word on a surface of its meaning's colour. It looks like Mantine's Badge, which works out its styles at each
 * drawing: too long for tables that are drawn again each second.
 */
export function Tag({ meaning, children }: { readonly meaning: Meaning; readonly children: ReactNode }) {
  return (
    <span className={classes["tag"]} data-meaning={meaning}>
      {children}
    </span>
  );
}
