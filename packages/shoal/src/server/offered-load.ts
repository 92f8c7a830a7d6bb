import { CRITICALITIES, type Criticality } from "../core/criticality.ts";

/** The memory of what was offered, in ms: what is older weighs less and less. About DAGOR's window of a second. */
const MEMORY_MS = 1_000;
/** Requests, at least, on which a share can rest. */
const REQUESTS_MIN = 10;

/** What came in of late, by criticality, and how much of it was refused. */
export interface OfferedLoad {
  readonly offered: (criticality: Criticality) => void;
  readonly refused: () => void;
  /** Lets time pass. */
  readonly age: (elapsedMs: number) => void;
  /** Share of late that was refused, 0 to 1; 0 of a handful. */
  readonly refusedRatio: () => number;
  /**
   * The share of one criticality to refuse, 0 to 1, so that of the whole load `ratio` is: all that matters less goes
   * first. As with DAGOR (SoCC 2018), what was counted of late says where the line is.
   * @param criticalToo False: what is critical is admitted, however much of the rest is not.
   */
  readonly refuseRatio: (criticality: Criticality, ratio: number, criticalToo: boolean) => number;
}

export function createOfferedLoad(): OfferedLoad {
  const counts: Record<Criticality, number> = { critical: 0, default: 0, sheddable: 0 };
  let refused = 0;
  const total = () => counts.critical + counts.default + counts.sheddable;

  return {
    offered(criticality) {
      counts[criticality] += 1;
    },
    refused() {
      refused += 1;
    },
    age(elapsedMs) {
      const kept = Math.exp(-elapsedMs / MEMORY_MS);
      for (const criticality of CRITICALITIES) counts[criticality] *= kept;
      refused *= kept;
    },
    refusedRatio: () => (total() < REQUESTS_MIN ? 0 : refused / total()),
    refuseRatio(criticality, ratio, criticalToo) {
      if (ratio <= 0 || (criticality === "critical" && !criticalToo)) return 0;
      const below =
        criticality === "sheddable" ? 0 : criticality === "default" ? counts.sheddable : total() - counts.critical;
      return Math.max(0, Math.min(1, (ratio * total() - below) / Math.max(1, counts[criticality])));
    },
  };
}
