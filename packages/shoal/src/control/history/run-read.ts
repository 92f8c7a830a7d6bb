import type { DatabaseSync } from "node:sqlite";
import type { Run } from "../api/schemas/runs.ts";
import { SEGMENT } from "./history-schema.ts";
import type { Runs } from "./window.ts";
import type { WordReader } from "./words.ts";

interface RunReadParts {
  readonly database: DatabaseSync;
  readonly words: WordReader;
  readonly runs: Runs;
}

interface Names {
  readonly services: string[];
  readonly operations: { readonly service: string; readonly operation: string }[];
  readonly attributes: string[];
}

export interface RunRead {
  readonly listRuns: () => Run[];
  readonly names: (run: string | undefined) => Names;
  readonly problemsSince: (sinceMs: number) => ReadonlyMap<string, number>;
}

/** Names offered, of each sort. */
const NAMES_MAX = 10_000;

/** Reads what is known of runs without looking at their records. */
export function createRunRead({ database, words, runs }: RunReadParts): RunRead {
  const list = database.prepare("SELECT * FROM runs ORDER BY number DESC");
  const records = database.prepare("SELECT run, kind, sum(records) AS records FROM segments GROUP BY run, kind");
  const requests = database.prepare("SELECT run, sum(count) AS count, sum(errors) AS errors FROM run_red GROUP BY run");
  const problems = database.prepare(
    "SELECT service, sum(count) AS count FROM problems WHERE time_ms >= ? GROUP BY service",
  );
  return {
    listRuns() {
      const byKind = records.all();
      const totals = requests.all();
      const counted = (run: unknown, kind: number) =>
        Number(byKind.find((row) => row["run"] === run && row["kind"] === kind)?.["records"] ?? 0);
      return list.all().map((row) => {
        const run = row["number"];
        const total = totals.find((each) => each["run"] === run);
        return {
          id: String(row["id"]),
          fleet: String(row["fleet"]),
          startMs: Number(row["start_ms"]),
          endMs: row["end_ms"] === null ? null : Number(row["end_ms"]),
          spans: counted(run, SEGMENT.traces.kind),
          logs: counted(run, SEGMENT.logs.kind),
          exchanges: counted(run, SEGMENT.exchanges.kind),
          requests: Number(total?.["count"] ?? 0),
          errors: Number(total?.["errors"] ?? 0),
        };
      });
    },
    names(run) {
      const { run: number } = runs.scopeOf({ run });
      const where = number === undefined ? "" : "WHERE run = ?";
      const values = number === undefined ? [] : [number];
      const all = (sql: string) => database.prepare(`${sql} LIMIT ${NAMES_MAX}`).all(...values);
      const operations = all(`SELECT DISTINCT service, name FROM seen_operations ${where}`).map((row) => ({
        service: words.textOf(row["service"]),
        operation: words.textOf(row["name"]),
      }));
      const red = all(`SELECT DISTINCT service FROM run_red ${where}`);
      const printed = number === undefined ? database.prepare("SELECT service FROM log_services").all() : [];
      const services = [...red, ...printed].map((row) => words.textOf(row["service"]));
      return {
        services: [...new Set([...operations.map(({ service }) => service), ...services])].sort(),
        operations: operations.sort((left, right) => compare(left, right)),
        attributes: all(`SELECT DISTINCT key FROM seen_attributes ${where}`)
          .map((row) => String(row["key"]))
          .sort(),
      };
    },
    problemsSince: (sinceMs) =>
      new Map(
        problems
          .all(Math.floor(sinceMs / 1_000) * 1_000)
          .map((row) => [words.textOf(row["service"]), Number(row["count"])]),
      ),
  };
}

type Operation = Names["operations"][number];

function compare(left: Operation, right: Operation): number {
  return `${left.service} ${left.operation}` < `${right.service} ${right.operation}` ? -1 : 1;
}
