import { Badge } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { formatDuration } from "../../format/time.ts";
import { serviceColor } from "../../ui/service-color.ts";
import { Cell, VirtualRows } from "../../ui/virtual-rows.tsx";
import classes from "./compare-view.module.css";
import type { ComparedSpan, CompareVerdict } from "./trace-compare.ts";

const COLORS: Readonly<Record<CompareVerdict, string>> = {
  same: "gray",
  slower: "orange",
  faster: "teal",
  new: "blue",
  missing: "gray",
  fails: "red",
  mended: "teal",
};
const HEAD = ["Service and operation", "Verdict", "Before", "After", "Difference", "Durations"];
const END_COLUMNS = ["Before", "After", "Difference"];
const COLUMNS = "minmax(220px, 1fr) 76px 76px 76px 88px minmax(80px, 28%)";

interface CompareRowsProps {
  readonly rows: readonly ComparedSpan[];
  readonly before: string;
  readonly after: string;
}

/** Matched spans as a table; Enter opens the span of the later trace. */
export function CompareRows({ rows, before, after }: CompareRowsProps) {
  const navigate = useNavigate();
  const longestMs = Math.max(...rows.slice(0, 1_000).map((row) => Math.max(msOf(row.before), msOf(row.after))), 0.001);
  const open = (row: ComparedSpan) => {
    const node = row.after ?? row.before;
    const trace = row.after ? after : before;
    if (node) void navigate({ to: "/traces/$trace", params: { trace }, search: { span: node.id } });
  };
  return (
    <div className={classes["rows"]}>
      <VirtualRows
        rows={rows}
        rowKey={(row) => row.key}
        rowHeight={34}
        columns={COLUMNS}
        head={HEAD}
        endColumns={END_COLUMNS}
        label="Compared spans"
        onOpen={open}
        render={(row) => {
          const span = (row.after ?? row.before)?.span;
          return (
            <>
              <Cell>
                <span className={classes["name"]} style={{ paddingLeft: Math.min(row.depth, 18) * 12 }}>
                  <span
                    className={classes["dot"]}
                    style={{ background: serviceColor(span?.service ?? "") }}
                    aria-hidden
                  />
                  <b>{span?.service}</b>
                  <span className={classes["operation"]} title={span?.name}>
                    {span?.name}
                  </span>
                </span>
              </Cell>
              <Cell>
                <Badge color={COLORS[row.verdict]}>{row.verdict}</Badge>
              </Cell>
              <Cell end>{row.before ? formatDuration(msOf(row.before)) : "–"}</Cell>
              <Cell end>{row.after ? formatDuration(msOf(row.after)) : "–"}</Cell>
              <Cell end>{signed(row.deltaMs)}</Cell>
              <Cell>
                <span className={classes["bars"]} aria-hidden>
                  <span data-before style={{ width: `${(msOf(row.before) / longestMs) * 100}%` }} />
                  <span data-verdict={row.verdict} style={{ width: `${(msOf(row.after) / longestMs) * 100}%` }} />
                </span>
              </Cell>
            </>
          );
        }}
      />
    </div>
  );
}

function msOf(node: ComparedSpan["before"]): number {
  return node ? node.endMs - node.startMs : 0;
}

function signed(ms: number): string {
  if (Math.abs(ms) < 0.05) return "0 ms";
  return `${ms > 0 ? "+" : "−"}${formatDuration(Math.abs(ms))}`;
}
