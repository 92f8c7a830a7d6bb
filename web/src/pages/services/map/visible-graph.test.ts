import { expect, it } from "vitest";
import type { FleetMap, MapEdge, MapNode } from "../../../api/types.ts";
import { shapeOf, visibleGraph } from "./visible-graph.ts";

const red = { requestsPerSecond: 1, errorRatio: 0, p50Ms: 1, p99Ms: 1 };
const node = (name: string, more: Partial<MapNode> = {}): MapNode => ({
  name,
  kind: "service",
  instances: 1,
  ready: 1,
  problems: 0,
  ...red,
  ...more,
});
const edge = (caller: string, callee: string): MapEdge => ({ caller, callee, ...red });
const names = ({ nodes }: { readonly nodes: readonly MapNode[] }) => nodes.map(({ name }) => name);
const nothing = { text: "", focus: undefined, show: undefined };

const small: FleetMap = {
  nodes: ["a", "b", "c", "d"].map((name) => node(name)),
  edges: [edge("a", "b"), edge("b", "c")],
};
const large: FleetMap = {
  nodes: Array.from({ length: 300 }, (_, index) => node(`s${index}`, { requestsPerSecond: index })),
  edges: Array.from({ length: 299 }, (_, index) => ({
    ...edge(`s${index}`, `s${index + 1}`),
    requestsPerSecond: index,
  })),
};

it("shows all of a small fleet", () => {
  expect(visibleGraph(small, nothing)).toEqual({ ...small, leftOut: 0 });
});

it("shows what is sought with its neighbours and the edges between", () => {
  const graph = visibleGraph(small, { ...nothing, text: "A" });
  expect(names(graph)).toEqual(["a", "b"]);
  expect(graph.edges).toEqual([edge("a", "b")]);
});

it("shows of a large fleet those in trouble with who takes part in it, and the busiest, and says how many it leaves out", () => {
  const nodes = large.nodes.map((one) => (one.name === "s3" ? { ...one, errorRatio: 0.5 } : one));
  const graph = visibleGraph({ ...large, nodes }, nothing);
  expect(names(graph)).toContain("s3");
  expect(names(graph)).toContain("s299");
  expect(names(graph)).not.toContain("s5");
  expect(graph.leftOut).toBe(300 - graph.nodes.length);
  expect(visibleGraph(large, { ...nothing, show: "all" }).nodes).toHaveLength(300);
});

it("keeps what is drawn while the rates change", () => {
  const first = visibleGraph(large, nothing);
  const drawn = new Set(names(first));
  const turned = { ...large, edges: large.edges.map((one, index) => ({ ...one, requestsPerSecond: 299 - index })) };
  expect(names(visibleGraph(turned, nothing, drawn))).toEqual(names(first));
  expect(names(visibleGraph(turned, nothing))).not.toEqual(names(first));
});

it("draws who calls from outside only of a small fleet, or when it is selected", () => {
  const outside = node("", { kind: "unknown-caller" });
  const map = { nodes: [...large.nodes, outside], edges: [...large.edges, edge("", "s299")] };
  expect(names(visibleGraph(map, nothing))).not.toContain("");
  expect(names(visibleGraph(map, { ...nothing, show: "all" }))).not.toContain("");
  expect(names(visibleGraph(map, { ...nothing, focus: "" }))).toContain("");
  const few = { nodes: [...small.nodes, outside], edges: [] };
  expect(names(visibleGraph(few, nothing))).toContain("");
});

it("never leaves out what is selected and who is next to it", () => {
  expect(names(visibleGraph(large, { ...nothing, focus: "s0" }))).toEqual(expect.arrayContaining(["s0", "s1"]));
  expect(names(visibleGraph(large, { text: "", focus: "s0", show: "focus" }))).toEqual(["s0", "s1"]);
});

it("has one shape while only numbers change, in whatever order they come", () => {
  const other = {
    nodes: small.nodes.toReversed().map((one) => ({ ...one, problems: 7 })),
    edges: small.edges.toReversed(),
  };
  expect(shapeOf(other)).toBe(shapeOf(small));
  expect(shapeOf({ ...small, edges: [] })).not.toBe(shapeOf(small));
});

it("shows of those in trouble who takes part in it, not all neighbours", () => {
  const hub = { ...large, edges: [...large.edges, ...large.nodes.slice(2).map(({ name }) => edge("s0", name))] };
  const nodes = hub.nodes.map((one) => (one.name === "s0" ? { ...one, problems: 3 } : one));
  const edges = hub.edges.map((one) => (one.callee === "s7" ? { ...one, errorRatio: 0.2 } : one));
  const shown = names(visibleGraph({ nodes, edges }, { ...nothing, show: "trouble" }));
  expect(shown).toEqual(expect.arrayContaining(["s0", "s7"]));
  expect(shown.length).toBeLessThan(6);
});

it("shows only the services that it is told, and what goes on between them", () => {
  const graph = visibleGraph(small, { ...nothing, only: new Set(["a", "b"]) });
  expect([names(graph), graph.edges]).toEqual([["a", "b"], [edge("a", "b")]]);
});
