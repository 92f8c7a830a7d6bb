import type { Leaf } from "./rig.ts";

/** The share of all requests that arrived at `one`, from `fromMs` up to but without `toMs` of the wall clock. */
export async function shareOf(
  one: Leaf | undefined,
  all: readonly Leaf[],
  [fromMs, toMs]: readonly [number, number] = [0, Number.POSITIVE_INFINITY],
): Promise<number> {
  const counts = await Promise.all(
    all.map(async (leaf) => {
      const { atMs } = await leaf.ask("received");
      return atMs.filter((ms) => ms >= fromMs && ms < toMs).length;
    }),
  );
  const total = counts.reduce((sum, count) => sum + count, 0);
  return (one === undefined ? 0 : (counts[all.indexOf(one)] ?? 0)) / total;
}
