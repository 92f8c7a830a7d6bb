import { type FitViewOptions, useReactFlow, useStoreApi } from "@xyflow/react";
import { useEffect, useRef } from "react";
import { nodeId } from "./flow-graph.ts";
import { NODE_HEIGHT, NODE_WIDTH } from "./layout.ts";
import type { Laid } from "./use-flow-graph.ts";
import { type VisibleGraph, withNeighbours } from "./visible-graph.ts";

export const FIT: FitViewOptions = {
  padding: { top: "64px", right: "24px", bottom: "76px", left: "24px" },
  maxZoom: 1,
  minZoom: 0.05,
};

/** Beside what is said of the selected node. */
const FIT_SELECTED: FitViewOptions = {
  ...FIT,
  padding: { top: "64px", right: "336px", bottom: "76px", left: "24px" },
};

/** Brings all in sight after each new arrangement, and the selected node with its neighbours when it is out of sight. */
export function useSight(graph: VisibleGraph, { shape, places }: Laid, focus: string | undefined): void {
  const { fitView } = useReactFlow();
  const store = useStoreApi();
  const latest = useRef(graph.edges);
  latest.current = graph.edges;
  const fitted = useRef("");
  useEffect(() => {
    const isSeen = () => {
      const { transform, width, height } = store.getState();
      const [x, y, zoom] = transform;
      const place = focus === undefined ? undefined : places.get(focus);
      if (!place) return true;
      const [left, top] = [place.x * zoom + x, place.y * zoom + y];
      return left > 0 && top > 0 && left + NODE_WIDTH * zoom < width && top + NODE_HEIGHT * zoom < height;
    };
    const frame = requestAnimationFrame(() => {
      const isNew = fitted.current !== shape;
      fitted.current = shape;
      if (!isNew && isSeen()) return;
      const near = focus === undefined ? [] : [...withNeighbours(latest.current, new Set([focus]))];
      void fitView(near.length > 0 ? { ...FIT_SELECTED, nodes: near.map((name) => ({ id: nodeId(name) })) } : FIT);
    });
    return () => cancelAnimationFrame(frame);
  }, [shape, places, focus, fitView, store]);
}
