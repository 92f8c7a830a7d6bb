import type { Virtualizer } from "@tanstack/react-virtual";
import type { KeyboardEvent, RefObject } from "react";
import { focusRow } from "../../ui/focus-row.ts";
import type { TimeWindow } from "./trace-range.ts";
import { zoomBy } from "./trace-zoom.ts";
import type { WaterfallProps } from "./waterfall.tsx";

interface WaterfallKeys extends WaterfallProps {
  readonly place: RefObject<HTMLDivElement | null>;
  readonly virtual: Virtualizer<HTMLDivElement, Element>;
}

/**
 * Arrows go from span to span; left folds or goes to the parent, right unfolds or goes to the first child; Enter opens,
 * Escape closes, "f" shows the subtree alone; + and − zoom in and out around the span, 0 shows all of the time. What is
 * open follows the arrows.
 */
export function useWaterfallKeys({ rows, selected, collapsed, place, virtual, ...on }: WaterfallKeys) {
  const goTo = (index: number) => {
    const row = rows[index];
    if (row?.kind !== "span") return;
    virtual.scrollToIndex(index, { align: "auto" });
    if (selected !== undefined) on.onSelect(row.key, true);
    focusRow(place.current, `[data-index="${index}"]`);
  };
  const step = (from: number, by: 1 | -1, times = 1) => {
    let at = from;
    for (let left = times; left > 0; left -= 1) {
      let next = at + by;
      while (rows[next]?.kind === "log") next += by;
      if (rows[next] === undefined) break;
      at = next;
    }
    goTo(at);
  };
  const left = (index: number) => {
    const row = rows[index];
    if (row?.kind !== "span") return;
    if (row.node.children.length > 0 && !collapsed.has(row.key)) return on.onToggle(row.key);
    for (let at = index - 1; at >= 0; at -= 1) {
      const above = rows[at];
      if (above?.kind === "span" && above.depth < row.depth) return goTo(at);
    }
  };
  const right = (index: number) => {
    const row = rows[index];
    if (row?.kind !== "span" || row.node.children.length === 0) return;
    if (collapsed.has(row.key)) on.onToggle(row.key);
    else step(index, 1);
  };
  const zoom = (index: number, times: number) => {
    const row = rows[index];
    if (row?.kind === "span") on.onZoom(zoomBy(on.window, on.model.range, times, middleOf(row.node)));
  };
  const keys = new Map<string, (index: number, key: string) => void>([
    ["ArrowDown", (index) => step(index, 1)],
    ["j", (index) => step(index, 1)],
    ["ArrowUp", (index) => step(index, -1)],
    ["k", (index) => step(index, -1)],
    ["PageDown", (index) => step(index, 1, 20)],
    ["PageUp", (index) => step(index, -1, 20)],
    ["Home", () => step(-1, 1)],
    ["End", () => step(rows.length, -1)],
    ["ArrowLeft", left],
    ["ArrowRight", right],
    ["Enter", (_, key) => on.onSelect(key)],
    [" ", (_, key) => on.onSelect(key)],
    ["Escape", () => on.onSelect(undefined)],
    ["+", (index) => zoom(index, 0.5)],
    ["=", (index) => zoom(index, 0.5)],
    ["-", (index) => zoom(index, 2)],
    ["0", () => on.onZoom(undefined)],
    ["f", (_, key) => on.onFocusSubtree(key)],
  ]);
  return (event: KeyboardEvent<HTMLElement>) => {
    const row = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>("[data-span]") : null;
    const action = keys.get(event.key);
    if (!row || !action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action(Number(row.dataset["index"]), row.dataset["span"] ?? "");
  };
}

function middleOf({ startMs, endMs }: TimeWindow): number {
  return (startMs + endMs) / 2;
}
