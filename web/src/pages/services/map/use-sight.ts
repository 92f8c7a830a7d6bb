import { type FitViewOptions, getViewportForBounds, useReactFlow, useStoreApi } from "@xyflow/react";
import { useCallback, useEffect, useRef } from "react";
import type { MapNode } from "../../../api/types.ts";
import { nodeId } from "./flow-graph.ts";
import { MARGIN, NODE_HEIGHT, NODE_WIDTH, roomIn, scaleIn } from "./layout.ts";
import type { Laid } from "./use-flow-graph.ts";
import { type VisibleGraph, withNeighbours, worst } from "./visible-graph.ts";

/** Smaller than this nothing but names can be read, and of many not even these. */
export const READABLE = 0.5;
/** How large a part of a map is shown that is too large to be read as a whole. */
const PART_ZOOM = 0.7;
/** What is said of the selected node stands at the right, so wide. */
const PANEL = 344;

type Padding = Exclude<FitViewOptions["padding"], number | string | undefined>;

const px = (value: number): `${number}px` => `${value}px`;
const PADDING = {
  top: px(MARGIN.top),
  right: px(MARGIN.right),
  bottom: px(MARGIN.bottom),
  left: px(MARGIN.left),
} satisfies Padding;
export const ZOOM_MIN = 0.03;
const FIT_SELECTED: FitViewOptions = {
  maxZoom: 1,
  padding: { ...PADDING, right: px(MARGIN.right + PANEL) },
  minZoom: READABLE,
};

/**
 * After each new arrangement brings all in sight, or of a map too large for that the worst of it; and the selected node
 * with its neighbours when it is out of sight. What it returns brings all in sight, however small.
 */
export function useSight(graph: VisibleGraph, { shape, places, extent }: Laid, focus: string | undefined): () => void {
  const { fitView, setCenter, setViewport } = useReactFlow();
  const store = useStoreApi();
  // Not only the nodes, as fitView would: lines and what is written on them go around.
  const fitAll = useCallback(() => {
    const { width, height } = store.getState();
    void setViewport(getViewportForBounds({ x: 0, y: 0, ...extent }, width, height, ZOOM_MIN, 1, PADDING));
  }, [extent, setViewport, store]);
  const latest = useRef(graph);
  latest.current = graph;
  const fitted = useRef("");
  useEffect(() => {
    const isSeen = () => {
      const { transform, width, height } = store.getState();
      const [x, y, zoom] = transform;
      const place = focus === undefined ? undefined : places.get(focus);
      if (!place) return true;
      const [left, top] = [place.x * zoom + x, place.y * zoom + y];
      return left > 0 && top > 0 && left + NODE_WIDTH * zoom < width - PANEL && top + NODE_HEIGHT * zoom < height;
    };
    const showAll = () => {
      const { width, height } = store.getState();
      const place = places.get(mostNotable(latest.current.nodes)?.name ?? "");
      if (scaleIn(extent, roomIn(width, height)) >= READABLE || !place) return fitAll();
      const x = within(place.x + NODE_WIDTH / 2, width / PART_ZOOM / 2, extent.width);
      const y = within(place.y + NODE_HEIGHT / 2, height / PART_ZOOM / 2, extent.height);
      void setCenter(x, y, { zoom: PART_ZOOM });
    };
    const frame = requestAnimationFrame(() => {
      const isNew = fitted.current !== shape;
      fitted.current = shape;
      if (!isNew && isSeen()) return;
      if (focus === undefined || !places.has(focus)) return showAll();
      const near = [...withNeighbours(latest.current.edges, new Set([focus]))];
      void fitView({ ...FIT_SELECTED, nodes: near.map((name) => ({ id: nodeId(name) })) });
    });
    return () => cancelAnimationFrame(frame);
  }, [shape, places, extent, focus, fitAll, fitView, setCenter, store]);
  return fitAll;
}

/** So near the middle of the window that what lies beyond the map does not take the room of what is on it. */
function within(at: number, half: number, extent: number): number {
  const bound = Math.max(0, half - 40);
  return extent < 2 * bound ? extent / 2 : Math.min(extent - bound, Math.max(bound, at));
}

/** Where to look first: what fails most, else what does most. */
function mostNotable(nodes: readonly MapNode[]): MapNode | undefined {
  return worst(nodes)[0] ?? nodes.toSorted((left, right) => right.requestsPerSecond - left.requestsPerSecond)[0];
}
