interface Size {
  readonly width: number;
  readonly height: number;
}

/** An SVG path of the values, the newest at the right edge, the largest at the top; "" for fewer than two. */
export function sparklinePath(values: readonly number[], points: number, { width, height }: Size): string {
  if (values.length < 2) return "";
  const shown = values.slice(-points);
  const max = Math.max(...shown);
  const step = width / (points - 1);
  const left = width - (shown.length - 1) * step;
  return shown
    .map((value, index) => {
      const x = left + index * step;
      const y = max === 0 ? height - 1 : 1 + (1 - value / max) * (height - 2);
      return `${index === 0 ? "M" : "L"}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join("");
}
