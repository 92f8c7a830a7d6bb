/** A row as node:sqlite gives it. */
export type Row = Readonly<Record<string, unknown>>;

/** Part of a WHERE, with the values of its question marks. */
export type Condition = readonly [sql: string, values: readonly (number | string | Uint8Array)[]];
