/**
 * Rows by key, in their order. A list with the same rows as before is the same list, so that what shows it need not be
 * drawn again.
 */
export function groupKept<Row>(
  before: ReadonlyMap<string, readonly Row[]>,
  rows: readonly Row[],
  keyOf: (row: Row) => string,
): ReadonlyMap<string, readonly Row[]> {
  const groups = Map.groupBy(rows, keyOf) as Map<string, readonly Row[]>;
  for (const [key, group] of groups) {
    const known = before.get(key);
    if (known?.length === group.length && known.every((row, index) => row === group[index])) groups.set(key, known);
  }
  return groups;
}
