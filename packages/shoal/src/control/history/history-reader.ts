import type { DatabaseSync } from "node:sqlite";
import { createCompareRuns } from "./compare-runs.ts";
import { createExchangeSearch } from "./exchange-search.ts";
import { createLogSearch } from "./log-read.ts";
import { createRunRead } from "./run-read.ts";
import { createSeriesRead } from "./series-read.ts";
import type { SyncQuestions } from "./thread-message.ts";
import { createTraceSearch } from "./trace-search.ts";
import { createTraceView } from "./trace-view.ts";
import { createRuns } from "./window.ts";
import { createWordReader } from "./words.ts";

/**
 * Answers questions from an open database. Throws what SQLite throws.
 *
 * @param run Id of the run that goes on.
 */
export function createHistoryReader(database: DatabaseSync, run: string): SyncQuestions {
  const words = createWordReader(database);
  const runs = createRuns(database, run);
  const parts = { database, words, runs };
  const logs = createLogSearch(parts);
  const exchanges = createExchangeSearch(parts);
  const { listRuns, names, problemsSince } = createRunRead(parts);
  return {
    listTraces: createTraceSearch(parts),
    getTrace: createTraceView({ ...parts, logs, exchanges }),
    listLogs: logs.list,
    listExchanges: exchanges.list,
    getExchange: exchanges.get,
    series: createSeriesRead(parts),
    names,
    problemsSince,
    listRuns,
    compareRuns: createCompareRuns({ ...parts, listRuns }),
  };
}
