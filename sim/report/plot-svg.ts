import type { Plot, PlotLine } from "./plot.ts";
import { type Scale, scaleOf, tickText } from "./scale.ts";

const WIDTH = 760;
const HEIGHT = 300;
const LEFT = 56;
const RIGHT = 16;
const TOP = 64;
const BOTTOM = 44;

/** Told apart in both themes and by people who see few colours (Okabe and Ito, 2008). */
const COLORS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7"] as const;
/** Lines differ by more than colour. */
const DASHES = ["", "7 4", "2 3", "10 3 2 3"] as const;

/** A picture as SVG, readable on light and on dark. At most four lines. */
export function plotSvg(plot: Plot): string {
  const points = plot.lines.flatMap(({ points }) => points);
  const x = scaleOf(
    points.map(([value]) => value),
    LEFT,
    WIDTH - RIGHT,
  );
  const y = scaleOf([0, ...points.map(([, value]) => value)], HEIGHT - BOTTOM, TOP);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(plot.title)}">`,
    STYLE,
    `<text x="${LEFT}" y="20" class="title">${escaped(plot.title)}</text>`,
    ...legend(plot.lines),
    ...shade(plot, x),
    ...x.ticks.map((tick) => xTick(tick, x)),
    ...y.ticks.map((tick) => yTick(tick, y)),
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 8}" class="axis middle">${escaped(plot.x)}</text>`,
    `<text transform="translate(14 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" class="axis middle">${escaped(plot.y)}</text>`,
    ...plot.lines.map((line, index) => path(line, index, x, y)),
    "</svg>",
    "",
  ].join("\n");
}

const STYLE = `<style>
text { font: 12px system-ui, sans-serif; fill: #24292f }
.title { font-weight: 600; font-size: 14px }
.axis, .tick { fill: #57606a }
.middle { text-anchor: middle }
.end { text-anchor: end }
.grid { stroke: #d0d7de; stroke-width: 1 }
.trouble { fill: #d55e00; opacity: 0.12 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .axis, .tick { fill: #9198a1 }
  .grid { stroke: #3d444d }
}
</style>`;

function legend(lines: readonly PlotLine[]): readonly string[] {
  let left = LEFT;
  return lines.map(({ name }, index) => {
    const at = left;
    left += 44 + name.length * 6.6;
    return `<line x1="${at}" y1="42" x2="${at + 24}" y2="42" ${strokeOf(index)}/><text x="${at + 30}" y="46">${escaped(name)}</text>`;
  });
}

function shade({ trouble }: Plot, x: Scale): readonly string[] {
  if (!trouble) return [];
  const from = x.place(trouble.from);
  const width = x.place(trouble.to) - from;
  return [
    `<rect x="${round(from)}" y="${TOP}" width="${round(width)}" height="${HEIGHT - BOTTOM - TOP}" class="trouble"/>`,
    `<text x="${round(from + width / 2)}" y="${TOP + 14}" class="axis middle">${escaped(trouble.label)}</text>`,
  ];
}

function xTick(tick: number, x: Scale): string {
  return `<text x="${round(x.place(tick))}" y="${HEIGHT - BOTTOM + 16}" class="tick middle">${tickText(tick)}</text>`;
}

function yTick(tick: number, y: Scale): string {
  const at = round(y.place(tick));
  return `<line x1="${LEFT}" y1="${at}" x2="${WIDTH - RIGHT}" y2="${at}" class="grid"/><text x="${LEFT - 6}" y="${at + 4}" class="tick end">${tickText(tick)}</text>`;
}

function path({ points }: PlotLine, index: number, x: Scale, y: Scale): string {
  const route = points.map(
    ([at, value], step) => `${step === 0 ? "M" : "L"}${round(x.place(at))} ${round(y.place(value))}`,
  );
  return `<path d="${route.join("")}" fill="none" ${strokeOf(index)}/>`;
}

function strokeOf(index: number): string {
  const dash = DASHES[index % DASHES.length] ?? "";
  return `stroke="${COLORS[index % COLORS.length]}" stroke-width="2"${dash === "" ? "" : ` stroke-dasharray="${dash}"`}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
