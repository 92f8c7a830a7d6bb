/** Room above the largest value, as a share of the height, so that a steady line is no bar that fills its cell. */
const HEADROOM = 0.2;

/**
 * SVG paths of the values in a box that is `points - 1` wide: the newest at the right edge, zero at the ground, whatever
 * the values. The line and what lies below it; both "" for fewer than two values.
 */
export function sparklinePath(
  values: readonly number[],
  points: number,
  height: number,
): { readonly line: string; readonly area: string } {
  if (values.length < 2) return { line: "", area: "" };
  const shown = values.slice(-points);
  const max = Math.max(...shown);
  const left = points - shown.length;
  const ground = height - 1;
  const line = shown
    .map((value, index) => {
      const y = max === 0 ? ground : ground - (value / max) * ground * (1 - HEADROOM);
      return `${index === 0 ? "M" : "L"}${left + index} ${y.toFixed(1)}`;
    })
    .join("");
  return { line, area: max === 0 ? "" : `${line}V${ground}H${left}Z` };
}
