import { openDatabase } from "./database.ts";

/** Records by id, newest last, kept over restarts. */
export interface RecordStore<Row> {
  readonly get: (id: string) => Row | undefined;
  /** Adds a record; the one that is there already stays, and is the answer. */
  readonly add: (id: string, row: Row) => Row;
  /** Newest first. @param prefix Of the id. */
  readonly newest: (limit: number, prefix?: string) => Row[];
  readonly count: () => number;
}

export interface RecordStoreOptions {
  readonly file: string;
  /** Records kept; the oldest go first. */
  readonly rowsMax: number;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS records (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, json TEXT NOT NULL) STRICT;
`;

/** Old rows are removed so many at a time. */
const PRUNE_EVERY = 100;

/** A store for what is written once and read by id. What it acknowledged survives the death of the process. */
export function openRecordStore<Row>({ file, rowsMax }: RecordStoreOptions): RecordStore<Row> {
  const database = openDatabase({ file, schema: SCHEMA, durability: "kill" });
  const select = database.prepare("SELECT json FROM records WHERE id = ?");
  const insert = database.prepare("INSERT INTO records (id, json) VALUES (?, ?) ON CONFLICT (id) DO NOTHING");
  const list = database.prepare("SELECT json FROM records WHERE id >= ? AND id < ? ORDER BY seq DESC LIMIT ?");
  const prune = database.prepare("DELETE FROM records WHERE seq <= (SELECT max(seq) FROM records) - ?");
  const size = database.prepare("SELECT count(*) AS count FROM records");
  let added = 0;

  const get = (id: string) => {
    const found = select.get(id);
    return found && (JSON.parse(String(found["json"])) as Row);
  };
  return {
    get,
    add(id, row) {
      insert.run(id, JSON.stringify(row));
      added += 1;
      if (added % PRUNE_EVERY === 0) prune.run(rowsMax);
      return get(id) ?? row;
    },
    newest: (limit, prefix = "") =>
      list.all(prefix, `${prefix}\u{10ffff}`, limit).map((found) => JSON.parse(String(found["json"])) as Row),
    count: () => Number(size.get()?.["count"]),
  };
}
