import type { Virtualizer } from "@tanstack/react-virtual";
import type { KeyboardEvent, RefObject } from "react";
import type { LogEntry } from "../api/types.ts";
import { focusRow } from "./focus-row.ts";

interface LogKeys {
  readonly lines: readonly LogEntry[];
  readonly place: RefObject<HTMLDivElement | null>;
  readonly virtual: Virtualizer<HTMLDivElement, Element>;
  readonly follow: (following: boolean) => void;
  readonly onToggle: (seq: number) => void;
}

/** Arrows and j/k go from line to line, Enter opens one, Home and End go to the first and to now. */
export function useLogKeys({ lines, place, virtual, follow, onToggle }: LogKeys) {
  return (event: KeyboardEvent<HTMLElement>) => {
    if (event.target instanceof HTMLElement && event.target.closest("button, a, input")) return;
    const row = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>("[data-seq]") : null;
    const seq = row === null ? undefined : Number(row.dataset["seq"]);
    if ((event.key === "Enter" || event.key === " ") && seq !== undefined) {
      event.preventDefault();
      onToggle(seq);
      return;
    }
    if (event.key === "End") return follow(true);
    const last = virtual.range?.endIndex ?? lines.length - 1;
    const at = seq === undefined ? undefined : lines.findIndex((line) => line.seq === seq);
    const to = targetOf(event.key, at, last);
    if (to === undefined) return;
    event.preventDefault();
    const bounded = Math.min(lines.length - 1, Math.max(0, to));
    follow(false);
    virtual.scrollToIndex(bounded, { align: "auto" });
    const wanted = lines[bounded]?.seq;
    focusRow(place.current, `[data-seq="${wanted}"]`);
  };
}

/** From no line at all it begins with the last one in sight. */
function targetOf(key: string, at: number | undefined, last: number): number | undefined {
  switch (key) {
    case "ArrowDown":
    case "j":
      return at === undefined ? last : at + 1;
    case "ArrowUp":
    case "k":
      return at === undefined ? last : at - 1;
    case "PageDown":
      return (at ?? last) + 20;
    case "PageUp":
      return (at ?? last) - 20;
    case "Home":
      return 0;
    default:
      return undefined;
  }
}
