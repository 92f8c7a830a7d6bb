import { useComputedColorScheme } from "@mantine/core";
import { useElementSize, useMergedRef } from "@mantine/hooks";
import { memo, type PointerEvent, useEffect, useRef, useState } from "react";
import { paintOf, serviceColor } from "../../ui/service-color.ts";
import classes from "./trace-minimap.module.css";
import type { TraceModel } from "./trace-model.ts";
import { placeIn, type TimeWindow } from "./trace-range.ts";

const HEIGHT = 48;
/** A shorter drag is a click. */
const DRAG_MIN = 0.005;

interface TraceMinimapProps {
  readonly model: TraceModel;
  readonly window: TimeWindow;
  /** Undefined: all of it. */
  readonly onZoom: (window: TimeWindow | undefined) => void;
}

/** All spans at a glance; dragging over it shows that time only, a double click all of it. */
export const TraceMinimap = memo(function TraceMinimap({ model, window, onZoom }: TraceMinimapProps) {
  const { ref: measured, width } = useElementSize<HTMLDivElement>();
  const place = useRef<HTMLDivElement>(null);
  const ref = useMergedRef(measured, place);
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = useComputedColorScheme("light");
  const [drag, setDrag] = useState<{ readonly from: number; readonly to: number }>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme changes the colours
  useEffect(() => {
    if (canvas.current && width > 0) draw(canvas.current, model, width);
  }, [model, width, scheme]);

  const shareAt = (event: PointerEvent) => {
    const box = place.current?.getBoundingClientRect();
    return box ? Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) : 0;
  };
  const shown = placeIn(window, model.range);
  const onPointerUp = () => {
    if (drag && Math.abs(drag.to - drag.from) > DRAG_MIN) {
      const { startMs, endMs } = model.range;
      const at = (share: number) => startMs + share * (endMs - startMs);
      onZoom({ startMs: at(Math.min(drag.from, drag.to)), endMs: at(Math.max(drag.from, drag.to)) });
    }
    setDrag(undefined);
  };
  return (
    <div
      ref={ref}
      className={classes["minimap"]}
      role="img"
      aria-label="All spans over time; drag to zoom, or use + and − in the waterfall"
      style={{ height: HEIGHT }}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrag({ from: shareAt(event), to: shareAt(event) });
      }}
      onPointerMove={(event) => drag && setDrag({ from: drag.from, to: shareAt(event) })}
      onPointerUp={onPointerUp}
      onDoubleClick={() => onZoom(undefined)}
    >
      <canvas ref={canvas} className={classes["canvas"]} />
      {shown && (
        <>
          <span className={classes["shade"]} style={{ left: 0, width: `${shown.left}%` }} />
          <span className={classes["shade"]} style={{ left: `${shown.left + shown.width}%`, right: 0 }} />
        </>
      )}
      {drag && (
        <span
          className={classes["drag"]}
          style={{ left: `${Math.min(drag.from, drag.to) * 100}%`, width: `${Math.abs(drag.to - drag.from) * 100}%` }}
        />
      )}
    </div>
  );
});

/** One line a span; of many spans several share one. */
function draw(canvas: HTMLCanvasElement, { tree, range, far }: TraceModel, width: number): void {
  const ratio = globalThis.devicePixelRatio;
  canvas.width = width * ratio;
  canvas.height = HEIGHT * ratio;
  const context = canvas.getContext("2d");
  if (!context) return;
  context.scale(ratio, ratio);
  const nodes = tree.nodes.filter((node) => !far.has(node));
  const step = Math.min(4, (HEIGHT - 4) / Math.max(1, nodes.length));
  const bad = getComputedStyle(canvas).getPropertyValue("--shoal-bad");
  const services = new Set(nodes.map((node) => node.span.service));
  const paints = new Map([...services].map((service) => [service, paintOf(serviceColor(service), canvas)]));
  for (const [at, node] of nodes.entries()) {
    const where = placeIn(node, range);
    if (!where) continue;
    context.fillStyle = node.span.status === "error" ? bad : (paints.get(node.span.service) ?? bad);
    context.fillRect(
      (where.left / 100) * width,
      2 + at * step,
      Math.max(1, (where.width / 100) * width),
      Math.max(1, step - 1),
    );
  }
}
