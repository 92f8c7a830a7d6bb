import type { FleetMap, MapEdge, MapNode } from "../../../api/types.ts";

/** Up to so many nodes all are shown; of more only those in trouble and the busiest. */
const NODES_ALL_MAX = 60;
const NODES_CHOSEN = 45;
/** Of them, those in the worst trouble, whatever their traffic. */
const WORST = 12;
/** Above this share of failed calls an edge or node is in trouble. */
export const ERRORS_BAD = 0.01;

const NONE: ReadonlySet<string> = new Set();

export interface GraphWish {
  /** A part of the names to be seen; "" for all. */
  readonly text: string;
  /** The selected node. */
  readonly focus: string | undefined;
  /** "all": every node, however many; "focus": the selected one and its neighbours; "trouble": those in trouble and who takes part in it. */
  readonly show: string | undefined;
  /** When given, only these services and what goes on between them. */
  readonly only?: ReadonlySet<string> | undefined;
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
  { text, focus, show, only }: GraphWish,
  before: ReadonlySet<string> = NONE,
): VisibleGraph {
  const isAmong = (names: ReadonlySet<string>) => (node: MapNode) => names.has(node.name);
  const around = (some: readonly MapNode[]) => withNeighbours(map.edges, new Set(some.map(({ name }) => name)));
  if (text !== "") {
    const wanted = text.toLowerCase();
    return part(map, isAmong(around(map.nodes.filter(({ name }) => name.toLowerCase().includes(wanted)))));
  }
  if (only !== undefined) return part(map, isAmong(only));
  if (show === "trouble") return part(map, isAmong(troubleWithContext(map).union(before)));
  if (show === "focus" && focus !== undefined) return part(map, isAmong(withNeighbours(map.edges, new Set([focus]))));
  if (map.nodes.length <= NODES_ALL_MAX) return { ...map, leftOut: 0 };
  // Who calls from outside calls too many of a large fleet to be drawn, but when asked for.
  if (show === "all") return part(map, ({ name, kind }) => kind !== "unknown-caller" || name === focus);
  const known = before.size > 0 && before.size < NODES_ALL_MAX;
  const names = known ? before.union(new Set(worst(map.nodes).map(({ name }) => name))) : chosen(map);
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

/** The services in the worst trouble, who takes part in it, and the ends of the busiest edges, so that all hang together. */
function chosen({ nodes, edges }: FleetMap): Set<string> {
  const unknown = new Set(nodes.flatMap(({ name, kind }) => (kind === "unknown-caller" ? [name] : [])));
  const names = new Set(worst(nodes).map(({ name }) => name));
  const take = (wanted: readonly MapEdge[]) => {
    for (const { caller, callee } of wanted.toSorted(
      (left, right) => right.requestsPerSecond - left.requestsPerSecond,
    )) {
      if (names.size >= NODES_CHOSEN) return;
      if (!unknown.has(caller)) names.add(caller).add(callee);
    }
  };
  const first = new Set(names);
  take(
    edges.filter(
      ({ caller, callee, errorRatio }) => errorRatio >= ERRORS_BAD && first.has(caller) && first.has(callee),
    ),
  );
  for (const name of first) take(busiestOf(edges, name));
  take(edges);
  return names;
}

/** Nodes in trouble, the other ends of calls that fail, and of each the way to it and on: all neighbours would be half a fleet. */
function troubleWithContext({ nodes, edges }: FleetMap): Set<string> {
  const names = new Set(nodes.filter((node) => isNodeTroubled(node)).map(({ name }) => name));
  const known = edges.filter(({ caller }) => caller !== "");
  const failing = known.filter(
    ({ caller, callee, errorRatio }) => errorRatio >= ERRORS_BAD && (names.has(caller) || names.has(callee)),
  );
  const ways = [...names].flatMap((name) => busiestOf(known, name));
  for (const { caller, callee } of [...failing, ...ways]) names.add(caller).add(callee);
  return names;
}

/** The busiest edge that leads to a node, and the busiest that leads from it. */
function busiestOf(edges: readonly MapEdge[], name: string): readonly MapEdge[] {
  const busiest = (list: readonly MapEdge[]) =>
    list.toSorted((left, right) => right.requestsPerSecond - left.requestsPerSecond).slice(0, 1);
  return [
    ...busiest(edges.filter(({ callee }) => callee === name)),
    ...busiest(edges.filter(({ caller }) => caller === name)),
  ];
}

/** Those that fail most requests or miss instances, the worst first. */
export function worst(nodes: readonly MapNode[]): readonly MapNode[] {
  const badness = ({ errorRatio, requestsPerSecond, instances, ready }: MapNode) =>
    (errorRatio >= ERRORS_BAD ? 1 + errorRatio * (1 + requestsPerSecond) : 0) +
    (instances === 0 ? 0 : (instances - ready) / instances);
  return nodes
    .filter((node) => node.kind === "service" && badness(node) > 0)
    .sort((left, right) => badness(right) - badness(left))
    .slice(0, WORST);
}
