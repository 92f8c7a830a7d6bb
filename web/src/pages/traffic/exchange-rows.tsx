import { IconWorld } from "@tabler/icons-react";
import { memo, useCallback } from "react";
import type { ExchangeSummary } from "../../api/types.ts";
import { formatBytes } from "../../format/number.ts";
import { formatDuration } from "../../format/time.ts";
import { StatusBadge } from "../../ui/badges.tsx";
import { partiesOf, targetOf } from "../../ui/exchange-parties.ts";
import { Moment } from "../../ui/moment.tsx";
import { RowCheck } from "../../ui/row-check.tsx";
import { ServiceName } from "../../ui/service-name.tsx";
import { Tag } from "../../ui/tag.tsx";
import { useAtLeast } from "../../ui/use-at-least.ts";
import { Cell, VirtualRows } from "../../ui/virtual-rows.tsx";
import classes from "./traffic.module.css";

interface ExchangeRowsProps {
  readonly rows: readonly ExchangeSummary[];
  readonly openId: string | undefined;
  readonly marked: ReadonlySet<string>;
  readonly onMark: (id: string) => void;
  readonly onOpen: (exchange: ExchangeSummary) => void;
  /** By keys, while another is open: it is looked through. */
  readonly onMove: ((exchange: ExchangeSummary) => void) | undefined;
  readonly onEnd: () => void;
  /** Beside an open exchange there is room for the first columns only. */
  readonly narrow: boolean;
}

const WIDE = "32px 96px minmax(160px, 1.7fr) 48px 54px minmax(140px, 2fr) 112px 74px 70px 70px";
/** Without sizes, which are among the details. */
const MIDDLE = WIDE.replace(" 70px 70px", "");
const WIDE_PX = 1_080;
const WIDE_HEAD = ["Mark", "Time", "From → to", "Side", "Method", "Target", "Status", "Duration", "Request", "Reply"];
const NARROW = "32px 96px 52px minmax(80px, 1fr) 92px 72px";

export function ExchangeRows({ rows, openId, marked, onMark, onOpen, onMove, onEnd, narrow }: ExchangeRowsProps) {
  const isWide = useAtLeast(WIDE_PX);
  const hasSizes = isWide && !narrow;
  const render = useCallback(
    (row: ExchangeSummary) => (
      <ExchangeCells row={row} isMarked={marked.has(row.id)} onMark={onMark} narrow={narrow} hasSizes={hasSizes} />
    ),
    [marked, onMark, narrow, hasSizes],
  );
  return (
    <VirtualRows
      label="Exchanges"
      rows={rows}
      rowKey={idOf}
      rowHeight={34}
      columns={narrow ? NARROW : isWide ? WIDE : MIDDLE}
      head={
        narrow
          ? ["Mark", "Time", "Method", "Target", "Status", "Duration"]
          : isWide
            ? WIDE_HEAD
            : WIDE_HEAD.slice(0, -2)
      }
      endColumns={["Duration", "Request", "Reply"]}
      selectedKey={openId}
      onOpen={onOpen}
      onMove={onMove}
      onRowKey={(event, row) => {
        if (event.key !== " " || event.target !== event.currentTarget) return;
        event.preventDefault();
        onMark(row.id);
      }}
      onEnd={onEnd}
      render={render}
    />
  );
}

function idOf({ id }: ExchangeSummary): string {
  return id;
}

interface ExchangeCellsProps extends Pick<ExchangeRowsProps, "onMark" | "narrow"> {
  readonly row: ExchangeSummary;
  readonly isMarked: boolean;
  readonly hasSizes: boolean;
}

const ExchangeCells = memo(function ExchangeCells({ row, isMarked, onMark, narrow, hasSizes }: ExchangeCellsProps) {
  return (
    <>
      <Cell>
        <RowCheck
          label={`Mark ${row.method} ${targetOf(row.url)}`}
          checked={isMarked}
          onChange={() => onMark(row.id)}
        />
      </Cell>
      <Cell>
        <Moment timeMs={row.startMs} />
      </Cell>
      {!narrow && (
        <Cell>
          <Parties exchange={row} />
        </Cell>
      )}
      {!narrow && (
        <Cell>
          <span className={classes["quiet"]}>{row.side}</span>
        </Cell>
      )}
      <Cell>
        <span className={classes["method"]}>{row.method}</span>
      </Cell>
      <Cell>
        <span title={row.url}>{targetOf(row.url)}</span>
        {!narrow && isNamed(row) && <span className={classes["operation"]}>{row.operation}</span>}
      </Cell>
      <Cell>
        <StatusBadge status={row.status} />
        {brokeOff(row) && (
          <span className={classes["tag"]} title={row.error}>
            <Tag meaning="bad">broke off</Tag>
          </span>
        )}
        {row.attempts > 1 && (
          <span className={classes["tag"]} title={`${row.attempts} attempts`}>
            <Tag meaning="warn">×{row.attempts}</Tag>
          </span>
        )}
      </Cell>
      <Cell end>{formatDuration(row.durationMs)}</Cell>
      {hasSizes && <Cell end>{sizeOf(row.requestBytes)}</Cell>}
      {hasSizes && <Cell end>{sizeOf(row.replyBytes)}</Cell>}
    </>
  );
});

/** The side that recorded it stands out; the world outside has a globe. */
export function Parties({
  exchange,
}: {
  readonly exchange: Pick<ExchangeSummary, "side" | "service" | "peer" | "external">;
}) {
  const { from, to } = partiesOf(exchange);
  const outside = exchange.external ? <IconWorld size={13} aria-label="outside the fleet" /> : null;
  return (
    <span className={classes["parties"]} title={`Recorded by ${exchange.service} (${exchange.side})`}>
      {exchange.side === "server" && outside}
      {from === "" ? <span className={classes["quiet"]}>unknown</span> : <ServiceName service={from} plain />}
      <span className={classes["quiet"]}>→</span>
      {exchange.side === "client" && outside}
      <ServiceName service={to} plain />
    </span>
  );
}

/** Failed after its status had gone out well, as streams do. One that its caller left is none. */
function brokeOff({ status, error }: ExchangeSummary): boolean {
  return status > 0 && status < 400 && error !== "" && !error.startsWith("CANCELLED");
}

/** An operation that is only its method and path says nothing that does not stand beside it. */
function isNamed({ operation, method }: ExchangeSummary): boolean {
  return operation !== "" && !operation.startsWith(`${method} /`);
}

function sizeOf(bytes: number): string {
  return bytes === 0 ? "–" : formatBytes(bytes);
}
