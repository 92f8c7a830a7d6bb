import { useMemo, useRef } from "react";
import { useFaults } from "../../../api/faults.ts";
import { edgeKey } from "../../../api/protections.ts";
import { useProtections } from "../../../api/use-protections.ts";
import { type CallEdge, flowEdge, flowNode, type Selection, type ServiceNode } from "./flow-graph.ts";
import { type Arrangement, tellsAll } from "./layout.ts";
import { type VisibleGraph, withNeighbours } from "./visible-graph.ts";

export interface Laid extends Arrangement {
  readonly shape: string;
}

/**
 * The graph as the drawing library takes it. What is as it was keeps its object, so that only what changed is drawn
 * again; what has no place yet waits for the next arrangement.
 */
export function useFlowGraph(graph: VisibleGraph, { places, routes, direction }: Laid, focus: string | undefined) {
  const faults = useFaults();
  const protections = useProtections();
  const known = useRef(new Map<string, { readonly text: string; readonly item: ServiceNode | CallEdge }>());
  return useMemo(() => {
    const near = focus === undefined ? new Set<string>() : withNeighbours(graph.edges, new Set([focus]));
    const selection: Selection = { focus, near, faults, protections };
    const next: typeof known.current = new Map();
    const kept = <Item extends ServiceNode | CallEdge>(item: Item): Item => {
      const text = JSON.stringify(item);
      const before = known.current.get(item.id);
      const entry = before?.text === text ? before : { text, item };
      next.set(item.id, entry);
      return entry.item as Item;
    };
    const nodes = graph.nodes.flatMap((node) => {
      const place = places.get(node.name);
      return place ? [kept(flowNode(node, { ...place, direction }, selection))] : [];
    });
    const tells = tellsAll(graph.nodes.length, graph.edges.length);
    const isPlaced = (name: string) => places.has(name);
    const edges = graph.edges
      .filter(({ caller, callee }) => isPlaced(caller) && isPlaced(callee))
      .map((edge) => {
        const route = routes.get(edgeKey(edge.caller, edge.callee));
        return kept(flowEdge(edge, { route, tells }, selection));
      });
    known.current = next;
    return { nodes, edges };
  }, [graph, places, routes, direction, focus, faults, protections]);
}
