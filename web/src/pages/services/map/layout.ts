import type { ELK as Elk, ElkNode } from "elkjs/lib/elk-api.js";
import ELK from "elkjs/lib/elk-api.js";
// A file of its own: the page's policy lets workers be made of nothing else.
import workerUrl from "elkjs/lib/elk-worker.min.js?url";
import { edgeKey } from "../../../api/protections.ts";
import type { MapEdge } from "../../../api/types.ts";
import { type Route, routeOf } from "./route.ts";

export const NODE_WIDTH = 180;
export const NODE_HEIGHT = 52;

export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Whether lines tell their numbers: there is no room for those of many. */
export function tellsAll(nodes: number, edges: number): boolean {
  return nodes <= 30 && edges <= 40;
}

const OPTIONS = {
  "elk.algorithm": "layered",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.spacing.componentComponent": "36",
  "elk.spacing.nodeNode": "32",
  "elk.spacing.edgeNode": "14",
  "elk.spacing.edgeEdge": "9",
  "elk.layered.spacing.nodeNodeBetweenLayers": "14",
  "elk.layered.spacing.edgeNodeBetweenLayers": "9",
  "elk.layered.spacing.edgeEdgeBetweenLayers": "7",
};
/** The quieter picture, whose time grows fast with the graph; and the one for hundreds of nodes. */
const FINE = { "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX", "elk.layered.thoroughness": "7" };
const COARSE = {
  "elk.layered.nodePlacement.strategy": "LINEAR_SEGMENTS",
  "elk.layered.thoroughness": "4",
  "elk.layered.spacing.nodeNodeBetweenLayers": "40",
};
/** Up to so many nodes both directions are tried. */
const BOTH_WAYS_MAX = 90;

/** The room that is kept for a line's numbers: no other line, label or node comes there. */
const LABEL = {
  width: 104,
  height: 18,
  layoutOptions: { "elk.edgeLabels.inline": "true", "elk.edgeLabels.placement": "CENTER" },
};

let elk: Elk | undefined;

/** Where each node stands, by name; callers are left of whom they call, or above. */
export interface Arrangement {
  readonly places: ReadonlyMap<string, Place>;
  /** How each line goes, by what edgeKey gives. */
  readonly routes: ReadonlyMap<string, Route>;
  readonly direction: Direction;
  /** How much room all of it takes. */
  readonly extent: Room;
}

export type Direction = "RIGHT" | "DOWN";

/** Room for the picture, in px. */
export interface Room {
  readonly width: number;
  readonly height: number;
}

/** Kept free around the picture, in px; what is said below it stands there. */
export const MARGIN = { top: 24, right: 24, bottom: 60, left: 24 } as const;

/** What a place of this size leaves for the picture. */
export function roomIn(width: number, height: number): Room {
  const { top, right, bottom, left } = MARGIN;
  return { width: Math.max(320, width - left - right), height: Math.max(240, height - top - bottom) };
}

/** Callers left of whom they call, or above: whichever shows the graph larger in this room. */
export async function arrange(
  names: readonly string[],
  edges: readonly Pick<MapEdge, "caller" | "callee">[],
  room: Room,
): Promise<Arrangement> {
  if (names.length > BOTH_WAYS_MAX) return layOut(names, edges, room, "RIGHT");
  const [right, down] = await Promise.all([layOut(names, edges, room, "RIGHT"), layOut(names, edges, room, "DOWN")]);
  return scaleIn(right.extent, room) >= scaleIn(down.extent, room) ? right : down;
}

/** How large a picture is drawn when all of it is in sight. */
export function scaleIn(extent: Room, { width, height }: Room): number {
  return Math.min(width / Math.max(1, extent.width), height / Math.max(1, extent.height));
}

/** In a worker, because it takes seconds for hundreds. */
async function layOut(
  names: readonly string[],
  edges: readonly Pick<MapEdge, "caller" | "callee">[],
  room: Room,
  direction: Direction,
): Promise<Arrangement> {
  elk ??= new ELK({ workerUrl, workerFactory: (url) => new Worker(url ?? workerUrl) });
  // In one order, so that the same graph gets the same picture.
  const sorted = names.toSorted();
  const tells = tellsAll(names.length, edges.length);
  const graph: ElkNode = {
    id: "fleet",
    layoutOptions: {
      ...OPTIONS,
      ...(tells ? FINE : COARSE),
      "elk.direction": direction,
      "elk.aspectRatio": String(room.width / room.height),
    },
    children: sorted.map((name) => ({ id: `n${name}`, width: NODE_WIDTH, height: NODE_HEIGHT })),
    edges: edges
      .map(({ caller, callee }) => ({
        id: edgeKey(caller, callee),
        sources: [`n${caller}`],
        targets: [`n${callee}`],
        ...(tells ? { labels: [{ text: " ", ...LABEL }] } : {}),
      }))
      .sort((left, right) => (left.id < right.id ? -1 : 1)),
  };
  const { children = [], edges: lines = [], width = 0, height = 0 } = await elk.layout(graph);
  return {
    extent: { width, height },
    places: new Map(children.map(({ id, x = 0, y = 0 }) => [id.slice(1), { x, y }])),
    routes: new Map(
      lines.flatMap((line) => {
        const route = routeOf(line);
        return route ? [[line.id, route]] : [];
      }),
    ),
    direction,
  };
}
