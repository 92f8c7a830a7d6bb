import { Badge } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import type { RunDifference } from "../../api/types.ts";
import { formatCount, formatShare } from "../../format/number.ts";
import { formatDuration } from "../../format/time.ts";
import { ServiceName } from "../../ui/service-name.tsx";
import { Cell, VirtualRows } from "../../ui/virtual-rows.tsx";
import { ChangeBar } from "./change-bar.tsx";
import { explained } from "./run-words.ts";
import classes from "./runs.module.css";

const COLORS: Readonly<Record<RunDifference["verdict"], string>> = {
  fails: "red",
  slower: "orange",
  new: "blue",
  gone: "gray",
  mended: "teal",
  faster: "teal",
  same: "gray",
};

interface OperationDifferencesProps {
  readonly rows: readonly RunDifference[];
  readonly before: string;
  readonly after: string;
}

/** Operations with their numbers in both runs; a row leads to the requests of the later one. */
export function OperationDifferences({ rows, before, after }: OperationDifferencesProps) {
  const navigate = useNavigate();
  const open = (row: RunDifference) => {
    const run = row.after === null ? before : after;
    void navigate({ to: "/traffic", search: trafficOf(row, run) });
  };
  return (
    <VirtualRows
      label="Operations that differ"
      rows={rows}
      rowKey={({ service, operation }) => `${service} ${operation}`}
      rowHeight={52}
      columns="66px minmax(100px, 1.2fr) minmax(100px, 2fr) 96px 84px minmax(108px, 150px) minmax(108px, 150px) 52px"
      head={["Verdict", "Operation", "Why", "Requests", "Failed", "Median", "99th percentile", "See"]}
      endColumns={["Requests", "Failed", "Median", "99th percentile"]}
      onOpen={open}
      render={(row) => (
        <>
          <Cell>
            <Badge color={COLORS[row.verdict]}>{row.verdict}</Badge>
          </Cell>
          <Cell>
            <div className={classes["clip"]}>{row.operation}</div>
            <div className={classes["quiet"]}>
              <ServiceName service={row.service} plain />
            </div>
          </Cell>
          <Cell>
            <div className={classes["why"]}>{explained(row)}</div>
          </Cell>
          <Cell end>
            {countOf(row.before)} → {countOf(row.after)}
          </Cell>
          <Cell end>
            {shareOf(row.before)} → {shareOf(row.after)}
          </Cell>
          <Cell end>
            <Durations row={row} part="p50Ms" />
          </Cell>
          <Cell end>
            <Durations row={row} part="p99Ms" />
          </Cell>
          <Cell>
            <SeeLinks row={row} before={before} after={after} />
          </Cell>
        </>
      )}
    />
  );
}

function Durations({ row, part }: { readonly row: RunDifference; readonly part: "p50Ms" | "p99Ms" }) {
  const [before, after] = [row.before?.[part] ?? null, row.after?.[part] ?? null];
  return (
    <>
      <div>
        {durationOf(before)} → {durationOf(after)}
      </div>
      <ChangeBar before={before} after={after} />
    </>
  );
}

interface SeeLinksProps {
  readonly row: RunDifference;
  readonly before: string;
  readonly after: string;
}

function SeeLinks({ row, before, after }: SeeLinksProps) {
  return (
    <div className={classes["links"]}>
      {row.before && (
        <Link
          to="/traces"
          search={tracesOf(row, before)}
          onClick={stop}
          aria-label={`Traces of ${row.operation} before`}
        >
          before
        </Link>
      )}
      {row.after && (
        <Link to="/traces" search={tracesOf(row, after)} onClick={stop} aria-label={`Traces of ${row.operation} after`}>
          after
        </Link>
      )}
    </div>
  );
}

function stop(event: React.MouseEvent): void {
  event.stopPropagation();
}

function tracesOf({ service, verdict }: RunDifference, run: string) {
  return { service, run, ...(verdict === "fails" ? { status: "error" } : {}) };
}

function trafficOf({ service, operation, verdict }: RunDifference, run: string) {
  return { service, q: operation, side: "server", run, ...(verdict === "fails" ? { status: "error" } : {}) };
}

function countOf(side: RunDifference["before"]): string {
  return side === null ? "–" : formatCount(side.requests);
}

function shareOf(side: RunDifference["before"]): string {
  return side === null ? "–" : formatShare(side.errorRatio);
}

function durationOf(ms: number | null): string {
  return ms === null ? "–" : formatDuration(ms);
}
