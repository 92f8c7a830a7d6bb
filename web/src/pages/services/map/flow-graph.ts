import { type Edge, MarkerType, type Node, Position } from "@xyflow/react";
import { edgeKey, type Protection, type Protections } from "../../../api/protections.ts";
import type { FaultStatus, MapEdge, MapNode } from "../../../api/types.ts";
import { formatRate, formatShare } from "../../../format/number.ts";
import { formatDurationOr } from "../../../format/time.ts";
import { faultTitle } from "../../../ui/fault-words.ts";
import { type Direction, NODE_HEIGHT, NODE_WIDTH, type Place } from "./layout.ts";
import type { Route } from "./route.ts";
import { ERRORS_BAD } from "./visible-graph.ts";

export type ServiceNode = Node<
  {
    readonly node: MapNode;
    readonly faded: boolean;
    readonly selected: boolean;
    readonly direction: Direction;
    /** What is injected into calls to it; "" for nothing. */
    readonly fault: string;
    readonly protection: Protection | undefined;
  },
  "service"
>;
export type CallEdge = Edge<
  {
    readonly edge: MapEdge;
    /** Undefined until it is laid out. */
    readonly route: Route | undefined;
    readonly faded: boolean;
    readonly told: boolean;
    readonly flows: boolean;
    /** What is injected into these calls; "" for nothing. */
    readonly fault: string;
    readonly protection: Protection | undefined;
  },
  "call"
>;

export interface Selection {
  readonly focus: string | undefined;
  /** The selected node and those next to it. */
  readonly near: ReadonlySet<string>;
  /** The faults that are injected at present. */
  readonly faults: readonly FaultStatus[];
  /** What is retried, ejected, held back and shed at present. */
  readonly protections: Protections;
}

export function nodeId(name: string): string {
  return `n${name}`;
}

/** "" is how the control plane calls those who did not say who they are. */
export function nodeTitle({ name, kind }: Pick<MapNode, "name" | "kind">): string {
  return kind === "unknown-caller" || name === "" ? "unknown callers" : name;
}

/** Where lines come in and go out. */
const ENDS = {
  RIGHT: [
    { type: "target", position: Position.Left, x: 0, y: NODE_HEIGHT / 2, width: 1, height: 1 },
    { type: "source", position: Position.Right, x: NODE_WIDTH, y: NODE_HEIGHT / 2, width: 1, height: 1 },
  ],
  DOWN: [
    { type: "target", position: Position.Top, x: NODE_WIDTH / 2, y: 0, width: 1, height: 1 },
    { type: "source", position: Position.Bottom, x: NODE_WIDTH / 2, y: NODE_HEIGHT, width: 1, height: 1 },
  ],
} satisfies Record<Direction, ServiceNode["handles"]>;

export function flowNode(
  node: MapNode,
  { x, y, direction }: Place & { readonly direction: Direction },
  { focus, near, faults, protections }: Selection,
): ServiceNode {
  const faded = focus !== undefined && !near.has(node.name);
  const fault = faultTitle(faults.filter(({ service }) => service === node.name));
  const protection = protections.services.get(node.name);
  return {
    id: nodeId(node.name),
    type: "service",
    position: { x, y },
    width: NODE_WIDTH,
    height: NODE_HEIGHT,
    // Known beforehand: nodes out of sight are not drawn, and yet count when all is to be in sight.
    measured: { width: NODE_WIDTH, height: NODE_HEIGHT },
    handles: ENDS[direction],
    ariaLabel: [describe(node), ...(fault === "" ? [] : [fault]), ...(protection ? [protection.word] : [])].join(", "),
    data: { node, faded, selected: node.name === focus, direction, fault, protection },
  };
}

/** @param tells Whether there is room for its numbers; else the panel of a selected node has them. */
export function flowEdge(
  edge: MapEdge,
  { route, tells }: { readonly route: Route | undefined; readonly tells: boolean },
  { focus, faults, protections }: Selection,
): CallEdge {
  const isNear = edge.caller === focus || edge.callee === focus;
  const own = faults.filter(
    ({ service, caller }) => service === edge.callee && (caller === "" || caller === edge.caller),
  );
  const isBad = edge.errorRatio >= ERRORS_BAD;
  const color = isBad ? "var(--shoal-bad)" : "var(--shoal-edge)";
  return {
    id: edgeKey(edge.caller, edge.callee),
    type: "call",
    source: nodeId(edge.caller),
    target: nodeId(edge.callee),
    focusable: false,
    markerEnd: { type: MarkerType.ArrowClosed, color, width: 14, height: 14, markerUnits: "userSpaceOnUse" },
    data: {
      edge,
      route,
      faded: focus !== undefined && !isNear,
      told: tells && (isNear || focus === undefined),
      flows: isNear && edge.requestsPerSecond > 0,
      fault: faultTitle(own),
      protection: protections.edges.get(edgeKey(edge.caller, edge.callee)),
    },
  };
}

function describe(node: MapNode): string {
  const { kind, ready, instances, requestsPerSecond, errorRatio, p99Ms, problems } = node;
  if (kind !== "service") return `${nodeTitle(node)}, outside of the fleet`;
  return [
    nodeTitle(node),
    `${ready} of ${instances} instances ready`,
    `${formatRate(requestsPerSecond)} requests a second`,
    `${formatShare(errorRatio)} errors`,
    `99th percentile ${formatDurationOr(p99Ms)}`,
    ...(problems > 0 ? [`${problems} problems`] : []),
  ].join(", ");
}
