import { IconCircleCheck } from "@tabler/icons-react";
import classes from "./resilience.module.css";
import type { ResilienceRow } from "./resilience-rows.ts";

/** Above the table while all is well: nothing to see is something to know. */
export function CalmNote({ rows }: { readonly rows: readonly ResilienceRow[] }) {
  const services = new Set(rows.flatMap(({ caller, callee }) => [caller, callee]).filter((name) => name !== ""));
  const ways = rows.length === 1 ? "1 way" : `${rows.length} ways`;
  return (
    <div className={classes["calm"]}>
      <IconCircleCheck size={18} aria-hidden className={classes["calmIcon"] ?? ""} />
      <div>
        <strong>Nothing was retried, ejected or shed in the last 10 minutes.</strong>
        <p>
          Watched on {ways} between {services.size} services: retries and their budget, hedges, instances taken out,
          calls held back, full connections, time limits, and whom busy services turn away.
        </p>
      </div>
    </div>
  );
}
