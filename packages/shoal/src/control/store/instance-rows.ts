import type { DatabaseSync } from "node:sqlite";
import { messageOf } from "../../core/errors.ts";
import { parseJson } from "../../core/json.ts";
import type { Log } from "../../core/log.ts";
import type { Instance } from "../../discovery/instance.ts";
import { inTransaction } from "./sqlite.ts";

/** The saved instances. A row that does not parse is left out and said so. Throws what SQLite throws. */
export function selectInstances(database: DatabaseSync, log: Log): Instance[] {
  const rows = database.prepare("SELECT id, document FROM instances ORDER BY id").all();
  return rows.flatMap((row) => {
    try {
      return [parseJson(String(row["document"])) as Instance];
    } catch (cause) {
      log.warn("an instance in the store cannot be read", { id: row["id"], reason: messageOf(cause) });
      return [];
    }
  });
}

/**
 * Makes the rows equal to the given set, writing only what differs. Throws what SQLite throws.
 * @param before What the rows are known to hold, by id; undefined when nothing is known of them.
 * @returns What they hold now.
 */
export function replaceInstances(
  database: DatabaseSync,
  before: ReadonlyMap<string, string> | undefined,
  instances: readonly Instance[],
): ReadonlyMap<string, string> {
  const after = new Map(instances.map((instance) => [instance.id, JSON.stringify(instance)]));
  inTransaction(database, () => {
    if (before === undefined) database.exec("DELETE FROM instances");
    const remove = database.prepare("DELETE FROM instances WHERE id = ?");
    for (const id of before?.keys() ?? []) if (!after.has(id)) remove.run(id);
    const put = database.prepare("INSERT OR REPLACE INTO instances VALUES (?, ?)");
    for (const [id, document] of after) if (before?.get(id) !== document) put.run(id, document);
  });
  return after;
}
