import { Button } from "@mantine/core";
import { IconArrowUp } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { memo, type UIEvent, useMemo, useRef } from "react";
import type { TraceSummary } from "../../api/types.ts";
import { formatCount } from "../../format/number.ts";
import { formatDuration } from "../../format/time.ts";
import { StatusBadge } from "../../ui/badges.tsx";
import { Moment } from "../../ui/moment.tsx";
import { RowCheck } from "../../ui/row-check.tsx";
import { ServiceName } from "../../ui/service-name.tsx";
import { Tag } from "../../ui/tag.tsx";
import { Cell, VirtualRows } from "../../ui/virtual-rows.tsx";
import { ServiceChips } from "./service-chips.tsx";
import { fullDurationMs } from "./trace-points.ts";
import classes from "./traces.module.css";

const HEAD = ["Compare", "Start", "Service and operation", "Status", "Duration", "Spans", "Failed", "Services"];
const COLUMNS = "60px 130px minmax(200px, 1.4fr) 74px 150px 52px 56px minmax(140px, 1fr)";
const END_COLUMNS = ["Spans"];

interface TraceListProps {
  readonly traces: readonly TraceSummary[];
  readonly marked: readonly string[];
  readonly onMark: (id: string) => void;
  readonly onEnd: () => void;
  /** Told when the reader scrolls down, and when he comes back. */
  readonly onAway: (away: boolean) => void;
  /** How many new traces wait. */
  readonly waiting: number;
  readonly onShowNew: () => void;
}

/** A line for each trace, the newest first. */
export function TraceList({ traces, marked, onMark, onEnd, onAway, waiting, onShowNew }: TraceListProps) {
  const navigate = useNavigate();
  const place = useRef<HTMLDivElement>(null);
  const fullMs = useMemo(() => fullDurationMs(traces), [traces]);
  const onScroll = (event: UIEvent) => onAway(event.target instanceof HTMLElement && event.target.scrollTop > 8);
  const showNew = () => {
    onShowNew();
    place.current?.querySelector('[role="rowgroup"]')?.scrollTo({ top: 0 });
  };
  return (
    <div ref={place} className={classes["list"]} onScrollCapture={onScroll}>
      {waiting > 0 && (
        <Button
          className={classes["pill"] ?? ""}
          radius="xl"
          size="compact-xs"
          leftSection={<IconArrowUp size={14} />}
          onClick={showNew}
        >
          {formatCount(waiting)} new
        </Button>
      )}
      <VirtualRows
        rows={traces}
        rowKey={(trace) => trace.traceId}
        rowHeight={36}
        columns={COLUMNS}
        head={HEAD}
        endColumns={END_COLUMNS}
        label="Traces"
        onOpen={({ traceId }) => void navigate({ to: "/traces/$trace", params: { trace: traceId } })}
        onEnd={onEnd}
        render={(trace) => (
          <TraceCells trace={trace} fullMs={fullMs} isMarked={marked.includes(trace.traceId)} onMark={onMark} />
        )}
      />
    </div>
  );
}

interface TraceCellsProps {
  readonly trace: TraceSummary;
  readonly fullMs: number;
  readonly isMarked: boolean;
  readonly onMark: (id: string) => void;
}

const TraceCells = memo(function TraceCells({ trace, fullMs, isMarked, onMark }: TraceCellsProps) {
  const { traceId, service, name, startMs, durationMs, spans, errors, services, status } = trace;
  return (
    <>
      <Cell>
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: only keeps the row from being opened */}
        {/* biome-ignore lint/a11y/noStaticElementInteractions: likewise */}
        <span className={classes["mark"]} onClick={(event) => event.stopPropagation()}>
          <RowCheck label={`Mark ${name} to compare`} checked={isMarked} onChange={() => onMark(traceId)} />
        </span>
      </Cell>
      <Cell>
        <Moment timeMs={startMs} />
      </Cell>
      <Cell>
        <span className={classes["root"]}>
          <ServiceName service={service} plain />
          <Link to="/traces/$trace" params={{ trace: traceId }} className={classes["name"]} title={name} tabIndex={-1}>
            {name}
          </Link>
        </span>
      </Cell>
      <Cell>{status === null ? null : <StatusBadge status={status} />}</Cell>
      <Cell>
        <span className={classes["duration"]}>
          <span className={classes["track"]} aria-hidden>
            <span
              data-failed={errors > 0 || undefined}
              style={{ width: `${Math.min(100, (durationMs / fullMs) * 100)}%` }}
            />
          </span>
          {formatDuration(durationMs)}
        </span>
      </Cell>
      <Cell end>{formatCount(spans)}</Cell>
      <Cell>{errors > 0 && <Tag meaning="bad">{formatCount(errors)}</Tag>}</Cell>
      <Cell>
        <ServiceChips services={services} />
      </Cell>
    </>
  );
});
