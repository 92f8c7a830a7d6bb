import type { FileWriter } from "./file-writer.ts";
import { SEGMENT } from "./history-schema.ts";
import type { WriterStatus } from "./thread-message.ts";

/** How full the file is. */
export function writerCounts(file: FileWriter, linesDropped: number): WriterStatus {
  const counts = file.read((database, trimmer) => {
    const rows = database
      .prepare("SELECT kind, sum(records) AS records, min(created_ms) AS oldest FROM segments GROUP BY kind")
      .all();
    const records = (kind: number) => Number(rows.find((row) => row["kind"] === kind)?.["records"] ?? 0);
    return {
      spans: records(SEGMENT.traces.kind),
      logs: records(SEGMENT.logs.kind),
      exchanges: records(SEGMENT.exchanges.kind),
      bytes: trimmer.bytes(),
      oldestMs: rows.length === 0 ? null : Math.min(...rows.map((row) => Number(row["oldest"]))),
    };
  });
  const none = { spans: 0, logs: 0, exchanges: 0, bytes: 0, oldestMs: null };
  return { ...(counts ?? none), linesDropped, warnings: file.warnings() };
}
