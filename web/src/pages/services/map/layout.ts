import type { ELK as Elk, ElkNode } from "elkjs/lib/elk-api.js";
import ELK from "elkjs/lib/elk-api.js";
// A file of its own: the page's policy lets workers be made of nothing else.
import workerUrl from "elkjs/lib/elk-worker.min.js?url";
import type { MapEdge } from "../../../api/types.ts";

export const NODE_WIDTH = 196;
export const NODE_HEIGHT = 58;

export interface Place {
  readonly x: number;
  readonly y: number;
}

/** Numbers of a call stand between layers: they are wide, and low. */
const SPACES = {
  RIGHT: { "elk.layered.spacing.nodeNodeBetweenLayers": "90", "elk.spacing.nodeNode": "22" },
  DOWN: { "elk.layered.spacing.nodeNodeBetweenLayers": "56", "elk.spacing.nodeNode": "64" },
};
const OPTIONS = {
  "elk.algorithm": "layered",
  "elk.spacing.componentComponent": "40",
  "elk.aspectRatio": "1.6",
  "elk.layered.thoroughness": "5",
  "elk.layered.nodePlacement.strategy": "BRANDES_KOEPF",
};

/** A picture wider than this for its height leaves most of a window empty, and its letters small. */
const ASPECT_MAX = 2.5;

let elk: Elk | undefined;

/** Where each node stands, by name; callers are left of whom they call, or above. */
export interface Arrangement {
  readonly places: ReadonlyMap<string, Place>;
  readonly direction: Direction;
}

export type Direction = "RIGHT" | "DOWN";

/** Callers left of whom they call, or above when that would be a long thin picture. */
export async function arrange(...graph: Parameters<typeof layOut>): Promise<Arrangement> {
  const places = await layOut(...graph);
  const [width, height] = [extentOf(places, "x") + NODE_WIDTH, extentOf(places, "y") + NODE_HEIGHT];
  if (width / height <= ASPECT_MAX) return { places, direction: "RIGHT" };
  return { places: await layOut(graph[0], graph[1], "DOWN"), direction: "DOWN" };
}

function extentOf(places: ReadonlyMap<string, Place>, axis: "x" | "y"): number {
  return Math.max(0, ...[...places.values()].map((place) => place[axis]));
}

/** In a worker, because it takes seconds for hundreds. */
async function layOut(
  names: readonly string[],
  edges: readonly Pick<MapEdge, "caller" | "callee">[],
  direction: Direction = "RIGHT",
): Promise<ReadonlyMap<string, Place>> {
  elk ??= new ELK({ workerUrl, workerFactory: (url) => new Worker(url ?? workerUrl) });
  // In one order, so that the same graph gets the same picture.
  const sorted = names.toSorted();
  const graph: ElkNode = {
    id: "fleet",
    layoutOptions: { ...OPTIONS, ...SPACES[direction], "elk.direction": direction },
    children: sorted.map((name) => ({ id: `n${name}`, width: NODE_WIDTH, height: NODE_HEIGHT })),
    edges: edges
      .map(({ caller, callee }) => ({
        id: `${caller}\u0000${callee}`,
        sources: [`n${caller}`],
        targets: [`n${callee}`],
      }))
      .sort((left, right) => (left.id < right.id ? -1 : 1)),
  };
  const { children = [] } = await elk.layout(graph);
  return new Map(children.map(({ id, x = 0, y = 0 }) => [id.slice(1), { x, y }]));
}
