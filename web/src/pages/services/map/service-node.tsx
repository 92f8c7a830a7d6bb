import { IconBolt } from "@tabler/icons-react";
import { Handle, type NodeProps, Position } from "@xyflow/react";
import { memo } from "react";
import { formatCount, formatRate, formatShare } from "../../../format/number.ts";
import { formatDurationOr } from "../../../format/time.ts";
import { GroupMark } from "../../../ui/group-mark.tsx";
import { serviceColor } from "../../../ui/service-color.ts";
import { nodeTitle, type ServiceNode as ServiceNodeType } from "./flow-graph.ts";
import classes from "./map.module.css";
import { ERRORS_BAD, isNodeTroubled } from "./visible-graph.ts";

/** A service on the map, or something outside the fleet. */
export const ServiceNode = memo(function ServiceNode({ data }: NodeProps<ServiceNodeType>) {
  const { node, faded, selected, direction, fault, protection } = data;
  const [into, out] = direction === "DOWN" ? [Position.Top, Position.Bottom] : [Position.Left, Position.Right];
  const { name, kind, problems } = node;
  return (
    <div
      className={classes["node"]}
      data-kind={kind}
      data-faded={faded || undefined}
      data-selected={selected || undefined}
      data-trouble={isNodeTroubled(node) || undefined}
      data-fault={fault !== "" || undefined}
    >
      <Handle type="target" position={into} isConnectable={false} className={classes["handle"] ?? ""} />
      <div className={classes["above"]}>
        <GroupMark service={name} />
        {protection && (
          <span className={classes["protection"]} data-level={protection.level} title={protection.title}>
            {protection.word}
          </span>
        )}
      </div>
      <div className={classes["title"]}>
        <span className={classes["dot"]} style={{ background: serviceColor(name) }} aria-hidden />
        <span className={classes["name"]} title={nodeTitle(node)}>
          {nodeTitle(node)}
        </span>
        {fault !== "" && (
          <span className={classes["fault"]} title={fault}>
            <IconBolt size={12} aria-hidden />
          </span>
        )}
        {problems > 0 && <span className={classes["problems"]}>{formatCount(problems)}</span>}
      </div>
      <div className={classes["numbers"]}>
        {kind === "service" ? <Numbers node={node} /> : <span className={classes["kind"]}>{KINDS[kind]}</span>}
      </div>
      <Handle type="source" position={out} isConnectable={false} className={classes["handle"] ?? ""} />
    </div>
  );
});

const KINDS = { external: "outside of the fleet", "unknown-caller": "did not say who they are" } as const;

function Numbers({ node }: { readonly node: ServiceNodeType["data"]["node"] }) {
  const { requestsPerSecond, errorRatio, p99Ms, ready, instances } = node;
  return (
    <>
      <span>{formatRate(requestsPerSecond)}/s</span>
      <span data-bad={errorRatio >= ERRORS_BAD || undefined}>{formatShare(errorRatio)}</span>
      <span>{formatDurationOr(p99Ms)}</span>
      <span data-bad={ready < instances || undefined}>
        {ready}/{instances}
      </span>
    </>
  );
}
