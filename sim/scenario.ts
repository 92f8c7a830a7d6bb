import type { World } from "shoal/testing";
import type { Plot } from "./report/plot.ts";

/** One measured number, beside what it must be. */
export interface Measurement {
  /** What must hold, such as "success >= 99.9% at 5% failures". */
  readonly criterion: string;
  /** What came out, with its unit. */
  readonly measured: string;
  readonly holds: boolean;
}

/** Where what a scenario found is written down. */
export interface Notes {
  /** Writes down a number and whether it is good enough. */
  readonly measure: (criterion: string, measured: string, holds: boolean) => void;
  /** Keeps a picture for the guide. */
  readonly plot: (plot: Plot) => void;
}

/** One run of a scenario with one seed. */
export interface ScenarioRun extends Notes {
  readonly seed: number;
  /** An empty world; the same seed gives the same one. Kept, so that its timeline can be shown. */
  readonly world: () => World;
}

interface Described {
  /** Its number in the list of acceptance scenarios. */
  readonly number: number;
  readonly title: string;
  /** What the criterion is measured against. */
  readonly comparable: string;
  /** Whether it takes longer than most: these begin first, and the others while they run. Default: it is shorter. */
  readonly long?: boolean;
}

/** One fault, and what calls must still be like while it lasts: in the simulator. */
export interface Scenario extends Described {
  readonly run: (run: ScenarioRun) => Promise<void>;
}

/** The same between real processes, over real sockets, in real time. */
export interface SocketScenario extends Described {
  /**
   * What may run beside it: `all` when it mostly waits, so that even the simulated ones may, at their low priority;
   * `quiet` when it measures what small delays change, so that only others of the kind may; `none` when it needs the
   * machine for itself. Default `all`.
   */
  readonly beside?: "all" | "quiet" | "none";
  /**
   * Whether its criteria are times and rates, which only a quiet machine shows: then `npm run sim` runs it, and the tests
   * do not. Default: they do.
   */
  readonly timed?: boolean;
  /** Ends whatever it started, also when it fails. */
  readonly run: (notes: Notes) => Promise<void>;
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
