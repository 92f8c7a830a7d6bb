import type { ELK as Elk, ElkNode } from "elkjs/lib/elk-api.js";
import ELK from "elkjs/lib/elk-api.js";
// A file of its own: the page's policy lets workers be made of nothing else.
import workerUrl from "elkjs/lib/elk-worker.min.js?url";
import { edgeKey } from "../../../api/protections.ts";
import type { MapEdge } from "../../../api/types.ts";
import { type Route, routeOf } from "./route.ts";

export const NODE_WIDTH = 196;
export const NODE_HEIGHT = 58;

export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Lines tell their numbers when there are few of them, or when they are of the selected node. */
export const TELLING_EDGES_MAX = 40;

const OPTIONS = {
  "elk.algorithm": "layered",
  "elk.edgeRouting": "SPLINES",
  "elk.spacing.componentComponent": "40",
  "elk.spacing.nodeNode": "36",
  "elk.spacing.edgeNode": "16",
  "elk.spacing.edgeEdge": "12",
  "elk.layered.spacing.nodeNodeBetweenLayers": "26",
  "elk.layered.spacing.edgeNodeBetweenLayers": "14",
  "elk.aspectRatio": "1.6",
};
/** The quieter picture, whose time grows fast with the graph; and the one for hundreds of nodes. */
const FINE = { "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX", "elk.layered.thoroughness": "7" };
const COARSE = {
  "elk.layered.nodePlacement.strategy": "BRANDES_KOEPF",
  "elk.layered.thoroughness": "5",
  "elk.layered.spacing.nodeNodeBetweenLayers": "90",
};

/** The room that is kept for a line's numbers: no other line, label or node comes there. */
const LABEL = {
  width: 116,
  height: 18,
  layoutOptions: { "elk.edgeLabels.inline": "true", "elk.edgeLabels.placement": "CENTER" },
};

/** A picture wider than this for its height leaves most of a window empty, and its letters small. */
const ASPECT_MAX = 2.5;

let elk: Elk | undefined;

/** Where each node stands, by name; callers are left of whom they call, or above. */
export interface Arrangement {
  readonly places: ReadonlyMap<string, Place>;
  /** How each line goes, by what edgeKey gives. */
  readonly routes: ReadonlyMap<string, Route>;
  readonly direction: Direction;
}

export type Direction = "RIGHT" | "DOWN";

/** Callers left of whom they call, or above when that would be a long thin picture. */
export async function arrange(...graph: Parameters<typeof layOut>): Promise<Arrangement> {
  const toTheRight = await layOut(...graph);
  const { places } = toTheRight;
  const [width, height] = [extentOf(places, "x") + NODE_WIDTH, extentOf(places, "y") + NODE_HEIGHT];
  if (width / height <= ASPECT_MAX) return toTheRight;
  return layOut(graph[0], graph[1], "DOWN");
}

function extentOf(places: ReadonlyMap<string, Place>, axis: "x" | "y"): number {
  return Math.max(0, ...[...places.values()].map((place) => place[axis]));
}

/** In a worker, because it takes seconds for hundreds. */
async function layOut(
  names: readonly string[],
  edges: readonly Pick<MapEdge, "caller" | "callee">[],
  direction: Direction = "RIGHT",
): Promise<Arrangement> {
  elk ??= new ELK({ workerUrl, workerFactory: (url) => new Worker(url ?? workerUrl) });
  // In one order, so that the same graph gets the same picture.
  const sorted = names.toSorted();
  const tells = edges.length <= TELLING_EDGES_MAX;
  const graph: ElkNode = {
    id: "fleet",
    layoutOptions: { ...OPTIONS, ...(tells ? FINE : COARSE), "elk.direction": direction },
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
  const { children = [], edges: lines = [] } = await elk.layout(graph);
  return {
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
