import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FIRST_CHOICE, LIGHTNESS, PALETTE, type PaletteColor } from "./service-palette.ts";

type Triple = readonly [number, number, number];
type Theme = keyof typeof LIGHTNESS;

/** Linear sRGB of OKLCH (Ottosson 2020). */
function rgbOf(lightness: number, { chroma, hue }: PaletteColor): Triple {
  const angle = (hue * Math.PI) / 180;
  const [a, b] = [chroma * Math.cos(angle), chroma * Math.sin(angle)];
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

function labOf([r, g, b]: Triple): Triple {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

const EYES: Readonly<Record<string, readonly Triple[]>> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
};

function seen([r, g, b]: Triple, rows: readonly Triple[]): Triple {
  const [x = 0, y = 0, z = 0] = rows.map(([p, q, s]) => Math.min(1, Math.max(0, p * r + q * g + s * b)));
  return [x, y, z];
}

/** How different the two most alike of some colours are. */
function least(colors: readonly PaletteColor[], theme: Theme, eyes: readonly Triple[]): number {
  const labs = colors.map((color) => labOf(seen(rgbOf(LIGHTNESS[theme][color.level], color), eyes)));
  let found = Number.POSITIVE_INFINITY;
  for (const [index, one] of labs.entries()) {
    for (const other of labs.slice(index + 1)) {
      found = Math.min(found, Math.hypot(...one.map((value, at) => value - (other[at] ?? 0))));
    }
  }
  return found;
}

function luminance([r, g, b]: Triple): number {
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** Of --shoal-surface. */
const SURFACE: Readonly<Record<Theme, number>> = { light: 1, dark: 0.0088 };

describe.each(["light", "dark"] as const)("the palette in the %s theme", (theme) => {
  it.each(Object.entries(EYES))("has first colours that are apart to eyes with %s", (_, eyes) => {
    expect(least(PALETTE.slice(0, FIRST_CHOICE), theme, eyes)).toBeGreaterThan(0.06);
  });

  it("has no two colours alike", () => {
    expect(least(PALETTE, theme, EYES["usual"] ?? [])).toBeGreaterThan(0.05);
  });

  it("can be seen on the theme's surface, and by every screen", () => {
    for (const color of PALETTE) {
      const rgb = rgbOf(LIGHTNESS[theme][color.level], color);
      expect(Math.min(...rgb)).toBeGreaterThan(-0.01);
      expect(Math.max(...rgb)).toBeLessThan(1.01);
      const [low = 0, high = 0] = [luminance(rgb) + 0.05, SURFACE[theme] + 0.05].sort((one, other) => one - other);
      expect(high / low).toBeGreaterThan(3);
    }
  });

  it("is as light as the style sheet says", () => {
    const css = readFileSync(new URL("../app/global.css", import.meta.url), "utf8");
    const [block = ""] = css.split(`scheme="${theme}"]`).slice(1);
    for (const [level, lightness] of LIGHTNESS[theme].entries()) {
      expect(block.split("}")[0]).toContain(`--shoal-service-${level}: ${lightness};`);
    }
  });
});
