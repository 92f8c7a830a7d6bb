import type { World } from "shoal/testing";

/** One measured number, beside what it must be. */
export interface Measurement {
  /** What must hold, such as "success >= 99.9% at 5% failures". */
  readonly criterion: string;
  /** What came out, with its unit. */
  readonly measured: string;
  readonly holds: boolean;
}

/** One run of a scenario with one seed. */
export interface ScenarioRun {
  readonly seed: number;
  /** An empty world; the same seed gives the same one. Kept, so that its timeline can be shown. */
  readonly world: () => World;
  /** Writes down a number and whether it is good enough. */
  readonly measure: (criterion: string, measured: string, holds: boolean) => void;
}

/** One fault, and what calls must still be like while it lasts. */
export interface Scenario {
  /** Its number in the list of acceptance scenarios. */
  readonly number: number;
  readonly title: string;
  /** What the criterion is measured against. */
  readonly comparable: string;
  readonly run: (run: ScenarioRun) => Promise<void>;
}

export function percent(ratio: number, digits = 2): string {
  return `${(ratio * 100).toFixed(digits)}%`;
}

export function ms(value: number): string {
  return `${value.toFixed(value < 100 ? 1 : 0)} ms`;
}

export function times(ratio: number): string {
  return `${ratio.toFixed(3)}x`;
}
