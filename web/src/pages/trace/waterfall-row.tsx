import { IconAlertTriangleFilled, IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { type CSSProperties, memo } from "react";
import { formatDuration } from "../../format/time.ts";
import { serviceColor } from "../../ui/service-color.ts";
import type { TraceModel } from "./trace-model.ts";
import { placeIn, type TimeWindow } from "./trace-range.ts";
import type { TraceRow } from "./trace-rows.ts";
import classes from "./waterfall.module.css";

/** Deeper spans stand no further in. */
const INDENT_MAX = 18;
const INDENT_PX = 14;

interface WaterfallRowProps {
  readonly row: Extract<TraceRow, { readonly kind: "span" }>;
  readonly index: number;
  readonly model: TraceModel;
  readonly window: TimeWindow;
  /** In pixels, from the first row. */
  readonly top: number;
  readonly height: number;
  readonly isSelected: boolean;
  readonly isFound: boolean;
  readonly isCollapsed: boolean;
  readonly isTabbable: boolean;
  readonly onSelect: (span: string | undefined, quietly?: boolean) => void;
  readonly onToggle: (span: string) => void;
}

/** A span: its place in the tree, and its time. */
export const WaterfallRow = memo(function WaterfallRow(props: WaterfallRowProps) {
  const { row, index, model, window, top, height, onSelect, onToggle, ...is } = props;
  const { node, depth, hidden } = row;
  const { span, children } = node;
  const hasChildren = children.length > 0;
  const failed = span.status === "error";
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list hears the keys of its rows
    <div
      role="row"
      data-index={index}
      data-span={node.id}
      data-selected={is.isSelected || undefined}
      data-found={is.isFound || undefined}
      data-failed={failed || undefined}
      className={classes["row"]}
      style={{ height, transform: `translateY(${top}px)` }}
      tabIndex={is.isTabbable ? 0 : -1}
      aria-level={depth + 1}
      aria-selected={is.isSelected}
      aria-rowindex={index + 1}
      {...(hasChildren ? { "aria-expanded": !is.isCollapsed } : {})}
      onClick={() => onSelect(node.id)}
    >
      <div
        role="gridcell"
        className={classes["name"]}
        style={{ paddingLeft: 8 + Math.min(depth, INDENT_MAX) * INDENT_PX }}
      >
        <span
          className={classes["fold"]}
          aria-hidden
          onClick={(event) => {
            if (!hasChildren) return;
            event.stopPropagation();
            onToggle(node.id);
          }}
        >
          {hasChildren && (is.isCollapsed ? <IconChevronRight size={14} /> : <IconChevronDown size={14} />)}
        </span>
        <span className={classes["dot"]} style={{ background: serviceColor(span.service) }} aria-hidden />
        <span className={classes["service"]} data-same={span.service === node.parent?.span.service || undefined}>
          {span.service}
        </span>
        <span className={classes["operation"]} title={`${span.service} ${span.name}`}>
          {span.name}
        </span>
        {hidden > 0 && <span className={classes["hidden"]}>+{hidden}</span>}
        {failed && <IconAlertTriangleFilled size={13} className={classes["failed"] ?? ""} aria-label="failed" />}
      </div>
      <div role="gridcell" className={classes["time"]}>
        <div className={classes["track"]}>
          <Bar row={row} model={model} window={window} />
        </div>
      </div>
    </div>
  );
});

function Bar({ row, model, window }: Pick<WaterfallRowProps, "row" | "model" | "window">) {
  const { node } = row;
  const duration = formatDuration(node.endMs - node.startMs);
  if (model.far.has(node)) return <span className={classes["outside"]}>{duration}, at a time far from the others</span>;
  const place = placeIn(node, window);
  if (!place) {
    const isBefore = node.endMs < window.startMs;
    return (
      <span className={classes["outside"]} data-end={!isBefore || undefined}>
        {isBefore ? `← ${duration}` : `${duration} →`}
      </span>
    );
  }
  return (
    <>
      <span
        className={classes["bar"]}
        style={
          {
            left: `${place.left}%`,
            width: `${place.width}%`,
            "--bar": serviceColor(node.span.service),
          } as CSSProperties
        }
      />
      {(model.critical.get(node.id) ?? []).map((section) => {
        const at = placeIn(section, window);
        return (
          at && (
            <span
              key={section.startMs}
              className={classes["critical"]}
              style={{ left: `${at.left}%`, width: `${at.width}%` }}
            />
          )
        );
      })}
      <span className={classes["duration"]} style={{ left: `calc(${place.left + place.width}% + 6px)` }}>
        {duration}
      </span>
    </>
  );
}
