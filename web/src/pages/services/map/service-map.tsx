import "@xyflow/react/dist/style.css";
import { Button, Loader, Stack, Text } from "@mantine/core";
import { ReactFlowProvider } from "@xyflow/react";
import { startTransition, useMemo, useRef, useState } from "react";
import type { FleetMap } from "../../../api/types.ts";
import { useLive } from "../../../api/use-live.ts";
import { ErrorMessage, Message } from "../../../ui/message.tsx";
import { useServicesSearch } from "../use-services-search.ts";
import classes from "./map.module.css";
import { MapCanvas } from "./map-canvas.tsx";
import { MapLegend } from "./map-legend.tsx";
import { MapNote } from "./map-note.tsx";
import { MapPanel } from "./map-panel.tsx";
import { useLayout } from "./use-layout.ts";
import { useServicesIn } from "./use-services-in.ts";
import { useVisibleGraph } from "./use-visible-graph.ts";
import { shapeOf } from "./visible-graph.ts";

/** Who calls whom, live. */
export function ServiceMap() {
  const [map, setMap] = useState<FleetMap>();
  useLive(["map"], {}, { map: (next) => startTransition(() => setMap(next)) });
  if (!map) return <Waiting text="Waiting for the fleet's map" />;
  if (map.nodes.length === 0) {
    return <Message kind="empty" title="No services yet" hint="They appear here as soon as they run." />;
  }
  return <Graph map={map} />;
}

function Graph({ map }: { readonly map: FleetMap }) {
  const { search, change } = useServicesSearch();
  const { q = "", focus, state, show = state === "trouble" ? "trouble" : undefined } = search;
  const only = useServicesIn(state);
  const graph = useVisibleGraph(map, { text: q, focus, show, only });
  const shape = useMemo(() => shapeOf(graph), [graph]);
  const place = useRef<HTMLDivElement>(null);
  const { laid, failure } = useLayout(shape, place);
  if (failure !== undefined) return <ErrorMessage error={failure} />;
  if (graph.nodes.length === 0) {
    return (
      <Message kind="empty" title="Nothing on the map is like that" hint="None passes the search and the filter.">
        <Button variant="default" onClick={() => change({ q: undefined, state: undefined, show: undefined })}>
          Show all
        </Button>
      </Message>
    );
  }
  if (!laid) {
    return (
      <div ref={place} className={classes["map"]}>
        <Waiting text={`Arranging ${graph.nodes.length} services`} />
      </div>
    );
  }
  return (
    <div ref={place} className={classes["map"]}>
      <MapNote
        leftOut={graph.leftOut}
        shown={graph.nodes.length}
        show={show}
        onShow={(next) => change({ show: next, state: undefined }, false)}
      />
      <div className={classes["drawing"]}>
        <ReactFlowProvider>
          <MapCanvas graph={graph} laid={laid} focus={focus} onFocus={(name) => change({ focus: name })} />
        </ReactFlowProvider>
        <MapLegend />
        {focus !== undefined && <MapPanel map={map} name={focus} show={show} onChange={change} />}
      </div>
    </div>
  );
}

function Waiting({ text }: { readonly text: string }) {
  return (
    <Stack align="center" justify="center" h="100%" gap="sm" aria-busy="true">
      <Loader size="sm" />
      <Text size="sm" c="var(--shoal-text-quiet)">
        {text}
      </Text>
    </Stack>
  );
}
