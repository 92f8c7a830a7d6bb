import type { ResilienceEdge } from "../../api/types.ts";
import classes from "./resilience.module.css";
import { budgetWords } from "./resilience-words.ts";

/** Below this share of it a budget is nearly spent. */
const LOW = 0.2;

/** What is left of the retry budget. */
export function BudgetBar({ edge, large }: { readonly edge: ResilienceEdge; readonly large?: boolean }) {
  const { retryBudget } = edge;
  const words = budgetWords(edge);
  if (retryBudget === null) return <span className={classes["quiet"]}>–</span>;
  const share = retryBudget.max <= 0 ? 0 : Math.min(1, retryBudget.left / retryBudget.max);
  return (
    <span
      className={classes["budget"]}
      data-large={large || undefined}
      role="meter"
      aria-label="Retry budget"
      aria-valuemin={0}
      aria-valuemax={Math.round(retryBudget.max)}
      aria-valuenow={Math.floor(retryBudget.left)}
      aria-valuetext={words}
      title={words}
    >
      <span className={classes["track"]}>
        <span data-low={share < LOW || undefined} style={{ width: `${share * 100}%` }} />
      </span>
      <span className={classes["budgetText"]}>
        {Math.floor(retryBudget.left)}/{Math.round(retryBudget.max)}
      </span>
    </span>
  );
}
