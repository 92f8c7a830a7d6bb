import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath } from "@xyflow/react";
import { memo } from "react";
import { formatRate, formatShare } from "../../../format/number.ts";
import { formatDurationOr } from "../../../format/time.ts";
import type { CallEdge as CallEdgeType } from "./flow-graph.ts";
import classes from "./map.module.css";
import type { Route } from "./route.ts";
import { ERRORS_BAD } from "./visible-graph.ts";

/** Calls from one to another: the thicker the more, red when they fail. */
export const CallEdge = memo(function CallEdge(props: EdgeProps<CallEdgeType>) {
  const { data, markerEnd } = props;
  if (!data) return null;
  const { path, label } = data.route ?? straight(props);
  const { edge, faded, told, flows, fault, protection } = data;
  const { requestsPerSecond, errorRatio, p99Ms } = edge;
  const isBad = errorRatio >= ERRORS_BAD;
  return (
    <g
      className={classes["edge"]}
      data-faded={faded || undefined}
      data-bad={isBad || undefined}
      data-fault={fault !== "" || undefined}
    >
      {fault !== "" && <title>{fault}</title>}
      <BaseEdge
        path={path}
        {...(markerEnd === undefined ? {} : { markerEnd })}
        interactionWidth={0}
        style={{
          strokeWidth: widthOf(requestsPerSecond),
          ...(requestsPerSecond === 0 ? { strokeDasharray: "3 5" } : {}),
        }}
      />
      {flows && <path d={path} className={classes["flow"]} />}
      {told && requestsPerSecond > 0 && (
        <EdgeLabelRenderer>
          <div
            className={classes["label"]}
            data-bad={isBad || undefined}
            style={{ transform: `translate(-50%, -50%) translate(${label.x}px, ${label.y}px)` }}
          >
            {formatRate(requestsPerSecond)}/s · {formatDurationOr(p99Ms)}
            {errorRatio > 0 && ` · ${formatShare(errorRatio)}`}
            {protection && (
              <span className={classes["protection"]} data-level={protection.level}>
                {protection.word}
              </span>
            )}
          </div>
        </EdgeLabelRenderer>
      )}
    </g>
  );
});

function straight(props: EdgeProps<CallEdgeType>): Route {
  const [path, x, y] = getBezierPath(props);
  return { path, label: { x, y } };
}

/** 1 to 5 pixels: ten times the calls are one pixel more. */
function widthOf(perSecond: number): number {
  return Math.min(5, 1 + Math.log10(1 + perSecond));
}
