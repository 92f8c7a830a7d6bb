import type { ReactNode } from "react";
import type { ResilienceEdge } from "../../api/types.ts";
import { formatCount, formatRate, formatShare } from "../../format/number.ts";
import { BudgetBar } from "./budget-bar.tsx";
import classes from "./resilience.module.css";

/** Where an edge stands now. */
export function EdgeFacts({ edge }: { readonly edge: ResilienceEdge }) {
  const { perSecond, lastMinute, retryBudget } = edge;
  return (
    <dl className={classes["facts"]}>
      <Fact name="Calls">{formatRate(edge.callsPerSecond)}/s</Fact>
      <Fact name="Tries for each call">{edge.attemptsPerCall?.toFixed(2) ?? "–"}</Fact>
      <Fact name="Retry budget" wide>
        <BudgetBar edge={edge} large />
        {retryBudget !== null && edge.reporters > 1 && (
          <span className={classes["quiet"]}>
            {Math.floor(retryBudget.leftMin)} at the poorest of {edge.reporters} processes
          </span>
        )}
      </Fact>
      <Fact name="Retries">{formatRate((perSecond.retry ?? 0) + (perSecond.requeue ?? 0))}/s</Fact>
      <Fact name="Not retried">{formatRate(perSecond.retry_denied ?? 0)}/s</Fact>
      <Fact name="Hedges">
        {formatRate(perSecond.hedge ?? 0)}/s
        {(lastMinute.hedge ?? 0) > 0 && (
          <span className={classes["quiet"]}>
            {" "}
            {formatShare(Math.min(1, (lastMinute.hedge_won ?? 0) / (lastMinute.hedge ?? 1)))} won
          </span>
        )}
      </Fact>
      <Fact name="Held back">{formatShare(edge.throttledShare)}</Fact>
      <Fact name="Out of time">{formatCount(lastMinute.deadline_exceeded ?? 0)} in 1 m</Fact>
      <Fact name="No connection free">{formatCount(lastMinute.queue_full ?? 0)} in 1 m</Fact>
      <Fact name="In flight, waiting">
        {edge.inFlight}, {edge.waiting}
      </Fact>
      <Fact name="Instances">
        {edge.instances}
        {edge.subset < edge.instances && <span className={classes["quiet"]}> {edge.subset} of them kept to</span>}
      </Fact>
      <Fact name="Stays in the zone">{formatShare(edge.zoneLocalShare)}</Fact>
      <Fact name="Processes that report">{edge.reporters}</Fact>
    </dl>
  );
}

interface FactProps {
  readonly name: string;
  readonly wide?: boolean;
  readonly children: ReactNode;
}

export function Fact({ name, wide, children }: FactProps) {
  return (
    <div data-wide={wide || undefined}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
