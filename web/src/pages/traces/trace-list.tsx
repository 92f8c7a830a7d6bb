import { Link, useNavigate } from "@tanstack/react-router";
import { memo, type RefObject, type UIEvent, useMemo } from "react";
import type { TraceSummary } from "../../api/types.ts";
import { formatCount } from "../../format/number.ts";
import { formatDuration } from "../../format/time.ts";
import { StatusBadge } from "../../ui/badges.tsx";
import { Moment } from "../../ui/moment.tsx";
import { RowCheck } from "../../ui/row-check.tsx";
import { ServiceName } from "../../ui/service-name.tsx";
import { Tag } from "../../ui/tag.tsx";
import { useAtLeast } from "../../ui/use-at-least.ts";
import { Cell, VirtualRows } from "../../ui/virtual-rows.tsx";
import { ServiceChips } from "./service-chips.tsx";
import { fullDurationMs } from "./trace-points.ts";
import classes from "./traces.module.css";

const HEAD = ["Compare", "Start", "Service and operation", "Status", "Duration", "Spans", "Failed", "Services"];
const COLUMNS = "60px 130px minmax(200px, 1.4fr) 74px 150px 52px 56px minmax(140px, 1fr)";
/** Without the services: they are on the trace's page. */
const NARROW_COLUMNS = COLUMNS.slice(0, COLUMNS.lastIndexOf("minmax") - 1);
const WIDE_PX = 1_060;
const END_COLUMNS = ["Spans", "Failed"];

interface TraceListProps {
  readonly traces: readonly TraceSummary[];
  readonly marked: readonly string[];
  readonly onMark: (id: string) => void;
  readonly onEnd: () => void;
  /** Told when the reader scrolls down, and when he comes back. */
  readonly onAway: (away: boolean) => void;
  /** Where the list is, for who scrolls it. */
  readonly place: RefObject<HTMLDivElement | null>;
}

/** A line for each trace, the newest first. */
export function TraceList({ traces, marked, onMark, onEnd, onAway, place }: TraceListProps) {
  const navigate = useNavigate();
  const isWide = useAtLeast(WIDE_PX);
  const fullMs = useMemo(() => fullDurationMs(traces), [traces]);
  const onScroll = (event: UIEvent) => onAway(event.target instanceof HTMLElement && event.target.scrollTop > 8);
  return (
    <div ref={place} className={classes["list"]} onScrollCapture={onScroll}>
      <VirtualRows
        rows={traces}
        rowKey={(trace) => trace.traceId}
        rowHeight={36}
        columns={isWide ? COLUMNS : NARROW_COLUMNS}
        head={isWide ? HEAD : HEAD.slice(0, -1)}
        endColumns={END_COLUMNS}
        label="Traces"
        onOpen={({ traceId }) => void navigate({ to: "/traces/$trace", params: { trace: traceId } })}
        onEnd={onEnd}
        render={(trace) => (
          <TraceCells
            trace={trace}
            fullMs={fullMs}
            isWide={isWide}
            isMarked={marked.includes(trace.traceId)}
            onMark={onMark}
          />
        )}
      />
    </div>
  );
}

interface TraceCellsProps {
  readonly trace: TraceSummary;
  readonly fullMs: number;
  readonly isWide: boolean;
  readonly isMarked: boolean;
  readonly onMark: (id: string) => void;
}

const TraceCells = memo(function TraceCells({ trace, fullMs, isWide, isMarked, onMark }: TraceCellsProps) {
  const { traceId, service, name, startMs, durationMs, spans, errors, services, status, beginningMissing } = trace;
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
        <span className={classes["root"]} data-failed={errors > 0 || undefined}>
          {beginningMissing && <Rootless />}
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
      <Cell end>{errors > 0 && <Tag meaning="bad">{formatCount(errors)}</Tag>}</Cell>
      {isWide && (
        <Cell>
          <ServiceChips services={services} />
        </Cell>
      )}
    </>
  );
});

/** What comes first in the row is not what began the trace. */
function Rootless() {
  const meaning = "What came before in this trace has not come: it is on its way, or was not recorded";
  return (
    <span className={classes["rootless"]} role="img" aria-label={meaning} title={meaning}>
      …
    </span>
  );
}
