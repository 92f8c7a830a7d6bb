/** One line of a picture. */
export interface PlotLine {
  readonly name: string;
  /** `[x, y]`, by x. */
  readonly points: readonly (readonly [number, number])[];
}

/** A picture of what a scenario measured. */
export interface Plot {
  /** Of its file, such as "metastable-overload". */
  readonly name: string;
  readonly title: string;
  /** Such as "seconds". */
  readonly x: string;
  readonly y: string;
  readonly lines: readonly PlotLine[];
  /** A time in which something is wrong, shaded, in units of x. */
  readonly trouble?: { readonly from: number; readonly to: number; readonly label: string };
}
