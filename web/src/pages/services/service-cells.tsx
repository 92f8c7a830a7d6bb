import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { memo } from "react";
import { TREND_POINTS, useRateHistory } from "../../api/rate-history.ts";
import { causeOf } from "../../api/service-trouble.ts";
import { formatCount, formatRate, formatShare } from "../../format/number.ts";
import { formatDurationOr } from "../../format/time.ts";
import { StateBadge } from "../../ui/badges.tsx";
import { CommandMenu } from "../../ui/command-menu.tsx";
import { FaultMark } from "../../ui/fault-mark.tsx";
import { GroupMark } from "../../ui/group-mark.tsx";
import { ProtectionMark } from "../../ui/protection-mark.tsx";
import { RowButton } from "../../ui/row-button.tsx";
import { ServiceName } from "../../ui/service-name.tsx";
import { Sparkline } from "../../ui/sparkline.tsx";
import { Tag } from "../../ui/tag.tsx";
import { TroubleLink } from "../../ui/trouble-link.tsx";
import { Uptime } from "../../ui/uptime.tsx";
import { Cell } from "../../ui/virtual-rows.tsx";
import type { ServiceLine } from "./service-rows.ts";
import classes from "./services.module.css";

/** Above this share of failed requests the number is red. */
const ERRORS_BAD = 0.01;

interface ServiceCellsProps {
  readonly line: ServiceLine;
  readonly isOpen: boolean;
  readonly isWide: boolean;
  readonly isNarrow: boolean;
  readonly onToggle: (service: string) => void;
}

/** A service's line. */
export const ServiceCells = memo(function ServiceCells({
  line,
  isOpen,
  isWide,
  isNarrow,
  onToggle,
}: ServiceCellsProps) {
  const { status, instances, state, restarts, upSinceMs } = line;
  const { service, requestsPerSecond, errorRatio } = status;
  return (
    <>
      <Cell>
        <span className={classes["service"]}>
          <Opener service={service} isOpen={isOpen} onToggle={onToggle} />
          <ServiceName service={service} />
          <GroupMark service={service} />
        </span>
      </Cell>
      <Cell>
        <span className={classes["state"]}>
          {instances.length === 0 ? <Tag meaning="idle">gone</Tag> : <StateBadge state={state} />}
          <TroubleLink cause={causeOf(status, instances)} />
          <FaultMark service={service} />
          <ProtectionMark service={service} />
        </span>
      </Cell>
      <Cell end>
        <span data-bad={status.ready < status.instances || undefined} className={classes["number"]}>
          {status.ready}/{status.instances}
        </span>
      </Cell>
      <Cell end>{formatRate(requestsPerSecond)}</Cell>
      {isWide && (
        <Cell>
          <Trend service={service} />
        </Cell>
      )}
      <Cell end>
        <span data-bad={errorRatio >= ERRORS_BAD || undefined} className={classes["number"]}>
          {requestsPerSecond === 0 ? "–" : formatShare(errorRatio)}
        </span>
      </Cell>
      <Cell end>{formatDurationOr(status.p50Ms)}</Cell>
      <Cell end>{formatDurationOr(status.p99Ms)}</Cell>
      {isWide && (
        <Cell end>{restarts === 0 ? <span className={classes["quiet"]}>0</span> : formatCount(restarts)}</Cell>
      )}
      {!isNarrow && <Cell end>{upSinceMs === undefined ? "–" : <Uptime sinceMs={upSinceMs} />}</Cell>}
      <Cell end>
        <CommandMenu service={service} instances={instances} />
      </Cell>
    </>
  );
});

const Opener = memo(function Opener({
  service,
  isOpen,
  onToggle,
}: Pick<ServiceCellsProps, "isOpen" | "onToggle"> & { readonly service: string }) {
  return (
    <RowButton
      className={classes["opener"] ?? ""}
      tabIndex={-1}
      aria-expanded={isOpen}
      aria-label={`Instances of ${service}`}
      onClick={(event) => {
        event.stopPropagation();
        onToggle(service);
      }}
    >
      {isOpen ? <IconChevronDown size={14} /> : <IconChevronRight size={14} />}
    </RowButton>
  );
});

function Trend({ service }: { readonly service: string }) {
  return <Sparkline values={useRateHistory(service)} points={TREND_POINTS} />;
}
