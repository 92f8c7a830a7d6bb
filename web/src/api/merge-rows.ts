import type { RowChanges } from "../../../packages/shoal/src/control/api/live-events.ts";

/** Made once: comparing with options each time makes one for each comparison. */
const BY_NUMBER = new Intl.Collator("en", { numeric: true });

/** The rows after a change, sorted by service and key; the same array when nothing changed. */
export function mergeRows<Row extends { readonly service: string }>(
  rows: readonly Row[],
  { all, changed, gone }: RowChanges<Row>,
  keyOf: (row: Row) => string,
): readonly Row[] {
  if (!all && changed.length === 0 && gone.length === 0) return rows;
  const fresh = new Map(changed.map((row) => [keyOf(row), row]));
  const removed = new Set(gone);
  const kept = all ? [] : rows.filter((row) => !removed.has(keyOf(row)));
  const replaced = kept.map((row) => {
    const key = keyOf(row);
    const next = fresh.get(key);
    fresh.delete(key);
    return next ?? row;
  });
  // What is there already keeps its place: most changes are of numbers.
  if (fresh.size === 0) return replaced;
  return [...replaced, ...fresh.values()].sort(
    (left, right) => BY_NUMBER.compare(left.service, right.service) || BY_NUMBER.compare(keyOf(left), keyOf(right)),
  );
}
