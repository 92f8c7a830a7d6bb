/** Counts of one process since it began. */
interface Counted {
  /** Unix ms. */
  readonly startMs: number;
  readonly counts: Readonly<Record<string, number | undefined>>;
}

/** A process that began this lately is told of for the first time: all it counted is of now. */
const YOUNG_MS = 15_000;

/**
 * What was counted since the report before. Without one, all of it when the process is young, and nothing when it is
 * older than this control plane knows. Counts that fell are those of a process that began again at 0.
 */
export function growthOf(
  before: Counted | undefined,
  now: Counted,
  nowMs: number,
): readonly (readonly [string, number])[] {
  const isSame = before !== undefined && before.startMs === now.startMs;
  if (!isSame && before === undefined && nowMs - now.startMs > YOUNG_MS) return [];
  return Object.entries(now.counts).flatMap(([name, count = 0]) => {
    const known = isSame ? (before.counts[name] ?? 0) : 0;
    const grown = count >= known ? count - known : count;
    return grown > 0 ? [[name, grown] as const] : [];
  });
}
