/** The 16 colours of a terminal: black, red, green, yellow, blue, magenta, cyan, white, and the same brighter. */
const BRIGHT = 8;

/** SGR 30–37, 40–47, 90–97 and 100–107; undefined for any other code. */
export function paletteIndex(code: number): { readonly place: "fg" | "bg"; readonly index: number } | undefined {
  if (code >= 30 && code <= 37) return { place: "fg", index: code - 30 };
  if (code >= 40 && code <= 47) return { place: "bg", index: code - 40 };
  if (code >= 90 && code <= 97) return { place: "fg", index: code - 90 + BRIGHT };
  if (code >= 100 && code <= 107) return { place: "bg", index: code - 100 + BRIGHT };
  return undefined;
}

const CUBE_LEVELS = [0, 95, 135, 175, 215, 255] as const;

/** Of xterm's 256 colours: 16 of the palette, a cube of 6 × 6 × 6, and 24 greys. Undefined out of range. */
export function paletteOf256(value: number): number | undefined {
  if (!Number.isInteger(value) || value < 0 || value > 255) return undefined;
  if (value < 16) return value;
  if (value >= 232) return paletteOfRgb(...greyOf(value - 232));
  const cube = value - 16;
  const level = (at: number) => CUBE_LEVELS[at] ?? 0;
  return paletteOfRgb(level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6));
}

function greyOf(step: number): [number, number, number] {
  const level = 8 + step * 10;
  return [level, level, level];
}

/** Sectors of the hue's circle, 60° each, beginning at red. */
const HUES = [1, 3, 2, 6, 4, 5] as const;
const GREY_SATURATION_MAX = 0.18;

/**
 * The palette's colour that comes next to a true colour, by its hue: an exact one might be unreadable on one of the
 * themes. Undefined when a part is no number of 0 to 255.
 */
export function paletteOfRgb(red: number, green: number, blue: number): number | undefined {
  if (![red, green, blue].every((part) => part >= 0 && part <= 255)) return undefined;
  const max = Math.max(red, green, blue);
  const min = Math.min(red, green, blue);
  const lightness = (max + min) / 510;
  const range = max - min;
  if (max === 0 || range / max < GREY_SATURATION_MAX) return greyIndex(lightness);
  const hue = hueOf({ red, green, blue }, max, range);
  const base = HUES[Math.round(hue / 60) % 6] ?? 7;
  return lightness > 0.55 ? base + BRIGHT : base;
}

function greyIndex(lightness: number): number {
  if (lightness < 0.25) return 0;
  if (lightness < 0.6) return 8;
  return lightness < 0.9 ? 7 : 15;
}

interface Rgb {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}

function hueOf({ red, green, blue }: Rgb, max: number, range: number): number {
  if (max === red) return (((green - blue) / range) * 60 + 360) % 360;
  if (max === green) return ((blue - red) / range) * 60 + 120;
  return ((red - green) / range) * 60 + 240;
}
