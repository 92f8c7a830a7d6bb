import type { Measurement } from "../scenario.ts";

/** One number of one scenario, as it is shown. */
export interface Row extends Measurement {
  readonly number: number;
  readonly title: string;
  readonly comparable: string;
  /** Of a simulated run; undefined for one between real processes. */
  readonly seed: number | undefined;
  /** Whether it was measured by the benchmark, and is only shown here. Default false. */
  readonly isBenchmark?: boolean;
}
