import type { FleetMap, MapEdge, MapNode } from "../../../api/types.ts";

/** Up to so many nodes all are shown; of more only the busiest and those in trouble. */
const NODES_ALL_MAX = 80;
const NODES_BUSIEST = 60;
/** Above this share of failed calls an edge or node is in trouble. */
export const ERRORS_BAD = 0.01;

const NONE: ReadonlySet<string> = new Set();

export interface GraphWish {
  /** A part of the names to be seen; "" for all. */
  readonly text: string;
  /** The selected node. */
  readonly focus: string | undefined;
  /** "all": every node, however many; "focus": the selected one and its neighbours; "trouble": those in trouble likewise. */
  readonly show: string | undefined;
}

export interface VisibleGraph {
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
  /** How many nodes are left out because there are too many. */
  readonly leftOut: number;
}

/**
 * The part of the map that is drawn.
 * @param before Names that were drawn for the same wish: they stay, or the picture would be another with each second's rates.
 */
export function visibleGraph(
  map: FleetMap,
  { text, focus, show }: GraphWish,
  before: ReadonlySet<string> = NONE,
): VisibleGraph {
  const failing = map.nodes.filter((node) => isNodeTroubled(node));
  const isAmong = (names: ReadonlySet<string>) => (node: MapNode) => names.has(node.name);
  const around = (chosen: readonly MapNode[]) => withNeighbours(map.edges, new Set(chosen.map(({ name }) => name)));
  if (text !== "") {
    const wanted = text.toLowerCase();
    return part(map, isAmong(around(map.nodes.filter(({ name }) => name.toLowerCase().includes(wanted)))));
  }
  if (show === "trouble") return part(map, isAmong(around(failing).union(before)));
  if (show === "focus" && focus !== undefined) return part(map, isAmong(withNeighbours(map.edges, new Set([focus]))));
  if (map.nodes.length <= NODES_ALL_MAX) return { ...map, leftOut: 0 };
  // Who calls from outside calls too many of a large fleet to be drawn, but when asked for.
  if (show === "all") return part(map, ({ name, kind }) => kind !== "unknown-caller" || name === focus);
  const names = before.size > 0 && before.size < NODES_ALL_MAX ? before.union(failingNames(map)) : busiest(map);
  if (focus !== undefined) for (const name of withNeighbours(map.edges, new Set([focus]))) names.add(name);
  const shown = part(map, isAmong(names));
  return { ...shown, leftOut: map.nodes.length - shown.nodes.length };
}

/** The same for graphs of the same nodes and edges, whatever their numbers: the layout depends on nothing else. */
export function shapeOf({ nodes, edges }: Pick<VisibleGraph, "nodes" | "edges">): string {
  const names = nodes.map(({ name }) => name).sort();
  const pairs = edges.map(({ caller, callee }) => `${caller}\u0000${callee}`).sort();
  return JSON.stringify([names, pairs]);
}

export function isNodeTroubled({ kind, instances, ready, problems, errorRatio }: MapNode): boolean {
  return problems > 0 || errorRatio >= ERRORS_BAD || (kind === "service" && ready < instances);
}

/** Nodes with an edge to or from one of the chosen, and these. */
export function withNeighbours(edges: readonly MapEdge[], chosen: ReadonlySet<string>): Set<string> {
  const names = new Set(chosen);
  for (const { caller, callee } of edges) {
    if (chosen.has(caller)) names.add(callee);
    if (chosen.has(callee)) names.add(caller);
  }
  return names;
}

function part({ nodes, edges }: FleetMap, isShown: (node: MapNode) => boolean): VisibleGraph {
  const shown = nodes.filter(isShown);
  const names = new Set(shown.map(({ name }) => name));
  return {
    nodes: shown,
    edges: edges.filter(({ caller, callee }) => names.has(caller) && names.has(callee)),
    leftOut: 0,
  };
}

/** The ends of the busiest edges, so that they hang together, and nodes that fail. */
function busiest({ nodes, edges }: FleetMap): Set<string> {
  const unknown = new Set(nodes.flatMap(({ name, kind }) => (kind === "unknown-caller" ? [name] : [])));
  const names = failingNames({ nodes });
  const byRate = edges.toSorted((left, right) => right.requestsPerSecond - left.requestsPerSecond);
  for (const { caller, callee } of byRate) {
    if (names.size >= NODES_BUSIEST) break;
    if (!unknown.has(caller)) names.add(caller).add(callee);
  }
  return names;
}

function failingNames({ nodes }: Pick<FleetMap, "nodes">): Set<string> {
  return new Set(nodes.flatMap(({ name, errorRatio }) => (errorRatio >= ERRORS_BAD ? [name] : [])));
}
