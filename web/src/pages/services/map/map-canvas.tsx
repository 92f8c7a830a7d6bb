import { useComputedColorScheme } from "@mantine/core";
import { IconMaximize } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { Background, ControlButton, Controls, MiniMap, ReactFlow, useStore } from "@xyflow/react";
import { CallEdge } from "./call-edge.tsx";
import { nodeId, type ServiceNode as ServiceNodeType } from "./flow-graph.ts";
import { roomIn, scaleIn } from "./layout.ts";
import classes from "./map.module.css";
import { ServiceNode } from "./service-node.tsx";
import { type Laid, useFlowGraph } from "./use-flow-graph.ts";
import { READABLE, useSight, ZOOM_MIN } from "./use-sight.ts";
import { isNodeTroubled, type VisibleGraph } from "./visible-graph.ts";

const NODE_TYPES = { service: ServiceNode };
const EDGE_TYPES = { call: CallEdge };
/** Below these sizes there is less to read, and it is written larger. */
const MIDDLE_ZOOM = 0.72;
const FAR_ZOOM = 0.42;

interface MapCanvasProps {
  readonly graph: VisibleGraph;
  readonly laid: Laid;
  readonly focus: string | undefined;
  readonly onFocus: (name: string | undefined) => void;
}

/** The drawing: a click or Space selects, Enter or a double click opens the service, Escape selects nothing. */
export function MapCanvas({ graph, laid, focus, onFocus }: MapCanvasProps) {
  const { nodes, edges } = useFlowGraph(graph, laid, focus);
  const scheme = useComputedColorScheme("light");
  const distance = useStore(({ transform }) => distanceAt(transform[2]));
  const isLarge = useStore(({ width, height }) => scaleIn(laid.extent, roomIn(width, height)) < READABLE);
  const navigate = useNavigate();
  const fitAll = useSight(graph, laid, focus);
  const open = (service: string) => {
    const isService = graph.nodes.some(({ name, kind }) => name === service && kind === "service");
    if (isService) void navigate({ to: "/services/$service", params: { service } });
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (event.key === "Escape") onFocus(undefined);
    const id = event.target instanceof HTMLElement ? event.target.dataset["id"] : undefined;
    const node = graph.nodes.find(({ name }) => nodeId(name) === id);
    if (!node || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Enter") open(node.name);
    else onFocus(node.name === focus ? undefined : node.name);
  };
  return (
    <div className={classes["canvas"]} data-distance={distance} onKeyDownCapture={onKeyDown}>
      <ReactFlow
        nodes={[...nodes]}
        edges={[...edges]}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        colorMode={scheme}
        minZoom={ZOOM_MIN}
        maxZoom={2}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable
        edgesFocusable={false}
        elementsSelectable={false}
        onlyRenderVisibleElements
        zoomOnDoubleClick={false}
        onNodeClick={(_, { data }) => onFocus(data.node.name)}
        onNodeDoubleClick={(_, { data }) => open(data.node.name)}
        onPaneClick={() => onFocus(undefined)}
        aria-label="Map of the services: Tab goes from one to the next, Enter opens it, Space selects it"
      >
        <Background gap={24} size={1} color="var(--shoal-line)" />
        <Controls showInteractive={false} showFitView={false}>
          <ControlButton
            className={classes["fitAll"] ?? ""}
            onClick={fitAll}
            title="Show all of it"
            aria-label="Show all of it"
          >
            <IconMaximize />
          </ControlButton>
        </Controls>
        {isLarge && (
          <MiniMap
            pannable
            zoomable
            nodeColor={dotColor}
            nodeBorderRadius={8}
            nodeStrokeColor={dotColor}
            nodeStrokeWidth={14}
            maskColor="color-mix(in srgb, var(--shoal-page) 70%, transparent)"
            ariaLabel="The whole map: drag to move"
          />
        )}
      </ReactFlow>
    </div>
  );
}

function distanceAt(zoom: number): "near" | "middle" | "far" {
  if (zoom < FAR_ZOOM) return "far";
  return zoom < MIDDLE_ZOOM ? "middle" : "near";
}

/** On the small map. */
function dotColor({ data }: ServiceNodeType): string {
  if (data.selected) return "var(--mantine-primary-color-filled)";
  return isNodeTroubled(data.node) ? "var(--shoal-bad)" : "var(--shoal-line-strong)";
}
