import type { ElkExtendedEdge, ElkPoint } from "elkjs/lib/elk-api.js";
import type { Place } from "./layout.ts";

/** How a line goes from one node to another without crossing a third. */
export interface Route {
  /** As an SVG path. */
  readonly path: string;
  /** The middle of what is written on it. */
  readonly label: Place;
}

/** How round a line's corners are; of a short stretch half of it. */
const CORNER = 10;

/** The route of an edge that ELK has laid out; undefined for one that it has not. */
export function routeOf({ sections, labels }: Pick<ElkExtendedEdge, "sections" | "labels">): Route | undefined {
  const [section] = sections ?? [];
  if (!section) return undefined;
  const points = [section.startPoint, ...(section.bendPoints ?? []), section.endPoint];
  const [label] = labels ?? [];
  const { x = 0, y = 0, width = 0, height = 0 } = label ?? middleOf(points);
  return { path: pathThrough(points), label: { x: x + width / 2, y: y + height / 2 } };
}

/** Straight from corner to corner, each corner rounded. */
function pathThrough(points: readonly ElkPoint[]): string {
  return points
    .map((point, index) => {
      const [before, after] = [points[index - 1], points[index + 1]];
      if (!before) return `M${pair(point)}`;
      if (!after) return `L${pair(point)}`;
      return `L${pair(towards(point, before))}Q${pair(point)} ${pair(towards(point, after))}`;
    })
    .join("");
}

/** Where a corner's curve begins or ends. */
function towards(corner: ElkPoint, other: ElkPoint): ElkPoint {
  const length = Math.hypot(other.x - corner.x, other.y - corner.y);
  const share = length === 0 ? 0 : Math.min(CORNER, length / 2) / length;
  return { x: corner.x + (other.x - corner.x) * share, y: corner.y + (other.y - corner.y) * share };
}

function pair({ x, y }: ElkPoint): string {
  return `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`;
}

/** Of the middle stretch: there is the most room. */
function middleOf(points: readonly ElkPoint[]): Partial<Record<"x" | "y" | "width" | "height", number>> {
  const [one, other] = [points[Math.floor((points.length - 1) / 2)], points[Math.ceil((points.length - 1) / 2)]];
  return one && other ? { x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 } : {};
}
