import { Link } from "@tanstack/react-router";
import { memo } from "react";
import type { InstanceStatus } from "../../api/types.ts";
import { StateBadge } from "../../ui/badges.tsx";
import { Uptime } from "../../ui/uptime.tsx";
import { Cell } from "../../ui/virtual-rows.tsx";
import classes from "./services.module.css";

interface InstanceCellsProps {
  readonly instance: InstanceStatus;
  readonly isWide: boolean;
  readonly isNarrow: boolean;
}

/** A line of an instance, below its service. */
export const InstanceCells = memo(function InstanceCells({ instance, isWide, isNarrow }: InstanceCellsProps) {
  const { state, address, pid, realm, zone, release, restarts, reason } = instance;
  const where = [zone, release, realm].filter(Boolean).join(" · ");
  const process = [address?.replace(/^https?:\/\//, ""), pid === null ? "" : `pid ${pid}`].filter(Boolean).join(" · ");
  return (
    <>
      <Cell>
        <Link
          to="/logs"
          search={{ instance: instance.instance }}
          className={classes["instance"]}
          title={`Logs of ${instance.instance}`}
          onClick={(event) => event.stopPropagation()}
        >
          {instance.instance}
        </Link>
      </Cell>
      <Cell>
        <StateBadge state={state} />
      </Cell>
      <div role="cell" className={classes["wide"]} style={{ gridColumn: isWide ? "span 6" : "span 5" }}>
        {reason === null ? (
          <>
            <span className={classes["mono"]}>{process}</span>
            <span className={classes["quiet"]}> {where}</span>
          </>
        ) : (
          <span title={reason} className={classes["reason"]} data-bad={state !== "stopped" || undefined}>
            {reason}
          </span>
        )}
      </div>
      {isWide && <Cell end>{restarts === 0 ? <span className={classes["quiet"]}>0</span> : restarts}</Cell>}
      {!isNarrow && <Cell end>{state === "ready" ? <Uptime sinceMs={instance.sinceMs} /> : "–"}</Cell>}
      <Cell />
    </>
  );
});
