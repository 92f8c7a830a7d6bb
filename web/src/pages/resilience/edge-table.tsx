import { IconArrowRight } from "@tabler/icons-react";
import type { ResilienceEdge } from "../../api/types.ts";
import { formatRate } from "../../format/number.ts";
import { ServiceName } from "../../ui/service-name.tsx";
import { useAtLeast } from "../../ui/use-at-least.ts";
import { Cell, VirtualRows } from "../../ui/virtual-rows.tsx";
import { BudgetBar } from "./budget-bar.tsx";
import { LevelTag } from "./level-tag.tsx";
import classes from "./resilience.module.css";
import type { ResilienceRow } from "./resilience-rows.ts";
import { useResilienceSearch } from "./use-resilience-search.ts";

const WIDE = "minmax(180px, 1.2fr) minmax(220px, 2.4fr) 76px 64px 84px 84px 132px 76px";
const NARROW = "minmax(190px, 1.1fr) minmax(150px, 1.4fr) 70px";
/** Without hedges and the ejected: they are among the details. */
const MIDDLE = "minmax(160px, 1.2fr) minmax(220px, 2.4fr) 76px 64px 84px 132px";
const WIDE_PX = 1_240;
const WIDE_HEAD = [
  "From → to",
  "What is wrong",
  "Calls/s",
  "Tries",
  "Retries/s",
  "Hedges/s",
  "Retry budget",
  "Ejected",
];
const MIDDLE_HEAD = WIDE_HEAD.filter((title) => title !== "Hedges/s" && title !== "Ejected");
const END = ["Calls/s", "Tries", "Retries/s", "Hedges/s", "Ejected"];

interface EdgeTableProps {
  readonly rows: readonly ResilienceRow[];
  readonly selectedKey: string | undefined;
  /** Beside the details of one. */
  readonly isNarrow: boolean;
}

/** Who calls whom, those in trouble first; a row leads to its details. */
export function EdgeTable({ rows, selectedKey, isNarrow }: EdgeTableProps) {
  const { change } = useResilienceSearch();
  const isWide = useAtLeast(WIDE_PX);
  return (
    <VirtualRows
      label="Calls between services"
      rows={rows}
      rowKey={({ key }) => key}
      rowHeight={46}
      columns={isNarrow ? NARROW : isWide ? WIDE : MIDDLE}
      head={isNarrow ? WIDE_HEAD.slice(0, 3) : isWide ? WIDE_HEAD : MIDDLE_HEAD}
      endColumns={END}
      selectedKey={selectedKey}
      onOpen={({ caller, callee }) => change({ from: caller === "" ? undefined : caller, to: callee })}
      render={(row) => (
        <>
          <Cell>
            <Way caller={row.caller} callee={row.callee} />
          </Cell>
          <Cell>
            <Problems row={row} />
          </Cell>
          <Cell end>{row.edge ? formatRate(row.edge.callsPerSecond) : "–"}</Cell>
          {!isNarrow && <MoreCells edge={row.edge} isWide={isWide} />}
        </>
      )}
    />
  );
}

function MoreCells({ edge, isWide }: { readonly edge: ResilienceEdge | undefined; readonly isWide: boolean }) {
  if (!edge) return (isWide ? [1, 2, 3, 4, 5] : [1, 2, 3]).map((key) => <Cell key={key} end />);
  const { attemptsPerCall, perSecond, ejected, instances } = edge;
  return (
    <>
      <Cell end>{attemptsPerCall?.toFixed(2) ?? "–"}</Cell>
      <Cell end>{formatRate((perSecond.retry ?? 0) + (perSecond.requeue ?? 0))}</Cell>
      {isWide && <Cell end>{formatRate(perSecond.hedge ?? 0)}</Cell>}
      <Cell>
        <BudgetBar edge={edge} />
      </Cell>
      {isWide && (
        <Cell end>
          {ejected.length === 0 ? (
            <span className={classes["quiet"]}>0</span>
          ) : (
            <span className={classes["bad"]}>
              {ejected.length}/{Math.max(instances, ejected.length)}
            </span>
          )}
        </Cell>
      )}
    </>
  );
}

/** From whom to whom. */
export function Way({ caller, callee }: Pick<ResilienceRow, "caller" | "callee">) {
  return (
    <span className={classes["way"]}>
      {caller === "" ? <span className={classes["quiet"]}>others</span> : <ServiceName service={caller} plain />}
      <IconArrowRight size={13} aria-label="calls" className={classes["arrow"] ?? ""} />
      <ServiceName service={callee} plain />
    </span>
  );
}

/** The worst in words, and how many more there are. */
function Problems({ row: { problems } }: { readonly row: ResilienceRow }) {
  const [first, ...more] = problems;
  if (!first) return <span className={classes["quiet"]}>nothing</span>;
  return (
    <span className={classes["problems"]} title={problems.map(({ text }) => text).join("\n")}>
      <LevelTag level={first.level} />
      <span className={classes["problem"]}>{first.text}</span>
      {more.length > 0 && <span className={classes["quiet"]}>+{more.length}</span>}
    </span>
  );
}
