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

const OPTIONS = {
  "elk.algorithm": "layered",
  "elk.direction": "RIGHT",
  "elk.layered.spacing.nodeNodeBetweenLayers": "90",
  "elk.spacing.nodeNode": "22",
  "elk.spacing.componentComponent": "40",
  "elk.aspectRatio": "1.6",
  "elk.layered.thoroughness": "5",
  "elk.layered.nodePlacement.strategy": "BRANDES_KOEPF",
};

let elk: Elk | undefined;

/** Where each node stands, by name: callers left of whom they call. In a worker, because it takes seconds for hundreds. */
export async function layOut(
  names: readonly string[],
  edges: readonly Pick<MapEdge, "caller" | "callee">[],
): Promise<ReadonlyMap<string, Place>> {
  elk ??= new ELK({ workerUrl, workerFactory: (url) => new Worker(url ?? workerUrl) });
  // In one order, so that the same graph gets the same picture.
  const sorted = names.toSorted();
  const graph: ElkNode = {
    id: "fleet",
    layoutOptions: OPTIONS,
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
