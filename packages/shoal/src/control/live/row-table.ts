/** What is new since the update before, as JSON. */
export interface RowNews {
  readonly changed: readonly string[];
  /** Keys. */
  readonly gone: readonly string[];
}

/** The rows of a table as they were last told of: each is made into JSON once for each change, whoever reads it. */
export interface RowTable<Row> {
  readonly update: (rows: readonly Row[]) => RowNews;
  /** All rows, as JSON. */
  readonly all: () => readonly string[];
}

interface Told<Row> {
  readonly row: Row;
  readonly json: string;
}

export function createRowTable<Row extends object>(
  keyOf: (row: Row) => string,
  jsonOf: (row: Row) => string = JSON.stringify,
): RowTable<Row> {
  let told = new Map<string, Told<Row>>();
  return {
    update(rows) {
      const next = new Map<string, Told<Row>>();
      const changed: string[] = [];
      for (const row of rows) {
        const key = keyOf(row);
        const before = told.get(key);
        // The same object is the same row: most of two thousand instances need no second look.
        const now = before?.row === row ? before : { row, json: jsonOf(row) };
        if (now.json !== before?.json) changed.push(now.json);
        next.set(key, now);
      }
      const gone = [...told.keys()].filter((key) => !next.has(key));
      told = next;
      return { changed, gone };
    },
    all: () => [...told.values()].map(({ json }) => json),
  };
}
