import type { ElkExtendedEdge, ElkPoint } from "elkjs/lib/elk-api.js";
import type { Place } from "./layout.ts";

/** How a line goes from one node to another without crossing a third. */
export interface Route {
  /** As an SVG path. */
  readonly path: string;
  /** The middle of what is written on it. */
  readonly label: Place;
}

/** The route of an edge that ELK has laid out as splines; undefined for one that it has not. */
export function routeOf({ sections, labels }: Pick<ElkExtendedEdge, "sections" | "labels">): Route | undefined {
  const [section] = sections ?? [];
  if (!section) return undefined;
  const points = [section.startPoint, ...(section.bendPoints ?? []), section.endPoint];
  const [label] = labels ?? [];
  const { x = 0, y = 0, width = 0, height = 0 } = label ?? middleOf(points);
  return { path: pathThrough(points), label: { x: x + width / 2, y: y + height / 2 } };
}

/** ELK's splines are cubic: after the first point come two control points and an end, again and again. */
function pathThrough([start, ...rest]: readonly ElkPoint[]): string {
  if (!start) return "";
  const parts = [`M${pair(start)}`];
  for (let index = 0; index < rest.length; index += 3) {
    const curve = rest.slice(index, index + 3);
    parts.push(`${LETTERS[curve.length - 1]}${curve.map(pair).join(" ")}`);
  }
  return parts.join("");
}

/** A line, a quadratic and a cubic curve: what is left at the end may be shorter. */
const LETTERS = ["L", "Q", "C"];

function pair({ x, y }: ElkPoint): string {
  return `${Math.round(x * 10) / 10},${Math.round(y * 10) / 10}`;
}

function middleOf(points: readonly ElkPoint[]): Partial<Record<"x" | "y" | "width" | "height", number>> {
  return points[Math.floor(points.length / 2)] ?? {};
}
