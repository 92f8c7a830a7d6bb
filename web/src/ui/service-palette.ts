/** A colour that is as far from trouble's red and amber as from the other colours of the palette. */
export interface PaletteColor {
  /** Which of the theme's three lightnesses, `--shoal-service-0` (the furthest from white) to `-2`. */
  readonly level: 0 | 1 | 2;
  /** OKLCH chroma and hue in degrees. */
  readonly chroma: number;
  readonly hue: number;
}

/** The lightness that each level has in a theme; global.css gives the same to `--shoal-service-0` to `-2`. */
export const LIGHTNESS = { light: [0.44, 0.55, 0.655], dark: [0.56, 0.69, 0.83] } as const;

/** So many can be told apart also by those who do not see red or green; the others by those who do. */
export const FIRST_CHOICE = 12;

/**
 * Each as different from those before it as any colour can be, in OKLab, in both themes, to the eye and as
 * protanopia and deuteranopia show it (Machado et al. 2009), at three to one or more upon the theme's surface.
 */
export const PALETTE: readonly PaletteColor[] = [
  { level: 1, hue: 175, chroma: 0.07 },
  { level: 0, hue: 315, chroma: 0.21 },
  { level: 2, hue: 325, chroma: 0.15 },
  { level: 0, hue: 355, chroma: 0.07 },
  { level: 2, hue: 125, chroma: 0.15 },
  { level: 0, hue: 130, chroma: 0.12 },
  { level: 1, hue: 295, chroma: 0.18 },
  { level: 1, hue: 335, chroma: 0.21 },
  { level: 0, hue: 230, chroma: 0.09 },
  { level: 2, hue: 170, chroma: 0.09 },
  { level: 1, hue: 135, chroma: 0.15 },
  { level: 0, hue: 270, chroma: 0.21 },
  { level: 1, hue: 255, chroma: 0.12 },
  { level: 1, hue: 325, chroma: 0.07 },
  { level: 0, hue: 340, chroma: 0.15 },
  { level: 2, hue: 335, chroma: 0.07 },
  { level: 0, hue: 295, chroma: 0.12 },
  { level: 2, hue: 210, chroma: 0.09 },
  { level: 0, hue: 155, chroma: 0.07 },
  { level: 0, hue: 285, chroma: 0.18 },
  { level: 1, hue: 135, chroma: 0.09 },
  { level: 1, hue: 315, chroma: 0.15 },
  { level: 2, hue: 135, chroma: 0.09 },
  { level: 1, hue: 160, chroma: 0.12 },
];

/** As CSS, in whichever theme it is shown. */
export function cssOf({ level, chroma, hue }: PaletteColor): string {
  return `oklch(var(--shoal-service-${level}) ${chroma} ${hue})`;
}
