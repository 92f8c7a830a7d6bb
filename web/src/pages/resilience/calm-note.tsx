import { IconCircleCheck } from "@tabler/icons-react";
import classes from "./resilience.module.css";
import type { ResilienceRow } from "./resilience-rows.ts";

/** Above the table while all is well: nothing to see is something to know. */
export function CalmNote({ rows }: { readonly rows: readonly ResilienceRow[] }) {
  const services = new Set(rows.flatMap(({ caller, callee }) => [caller, callee]).filter((name) => name !== ""));
  const pairs = rows.length === 1 ? "one pair" : `${rows.length} pairs`;
  return (
    <div className={classes["calm"]}>
      <IconCircleCheck size={18} aria-hidden className={classes["calmIcon"] ?? ""} />
      <div>
        <strong>Nothing was retried, ejected or shed in the last 10 minutes.</strong>
        <p>
          {services.size} services make {pairs} of caller and callee, each a row below. Of each are watched: retries and
          their budget, hedges, instances taken out, calls held back, full connections, time limits, and whom a busy
          service turns away.
        </p>
      </div>
    </div>
  );
}
