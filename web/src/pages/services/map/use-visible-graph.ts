import { useMemo, useRef } from "react";
import type { FleetMap } from "../../../api/types.ts";
import { type GraphWish, type VisibleGraph, visibleGraph } from "./visible-graph.ts";

/** The part of the map that is drawn; for one wish it only grows, so that the picture stays. */
export function useVisibleGraph(map: FleetMap, { text, focus, show, only }: GraphWish): VisibleGraph {
  const drawn = useRef({ wish: "", names: new Set<string>() });
  return useMemo(() => {
    // Selecting another node is no other wish: it is added to what is there.
    const wish = JSON.stringify([text, show, show === "focus" ? focus : "", only !== undefined]);
    const before = drawn.current.wish === wish ? drawn.current.names : undefined;
    const graph = visibleGraph(map, { text, focus, show, only }, before);
    drawn.current = { wish, names: new Set(graph.nodes.map(({ name }) => name)) };
    return graph;
  }, [map, text, focus, show, only]);
}
