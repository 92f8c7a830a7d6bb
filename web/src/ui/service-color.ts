/** Hues that can be told apart, also next to each other; none is the red or amber of trouble. */
const HUES = [190, 265, 150, 220, 310, 90, 240, 170, 285, 205, 120, 330] as const;

/** The same colour for a service wherever it is shown; readable on both themes as a dot, a bar or an edge. */
export function serviceColor(service: string): string {
  let hash = 2_166_136_261;
  for (let index = 0; index < service.length; index += 1) {
    hash = Math.imul(hash ^ service.charCodeAt(index), 16_777_619);
  }
  const at = (hash >>> 0) % (HUES.length * 2);
  const lightness = at < HUES.length ? 0.66 : 0.56;
  // As light to the eye whatever the hue: three to one or more on white and on the dark surface.
  return `oklch(from hsl(${HUES[at % HUES.length]} 55% 48%) ${lightness} c h)`;
}
