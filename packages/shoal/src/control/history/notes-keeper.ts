import type { DatabaseSync } from "node:sqlite";
import type { LogEntry } from "../api/schemas/logs.ts";
import type { DecodedSpan } from "../intake/decoded.ts";
import { isProblem } from "./is-problem.ts";
import { isError } from "./log-keeper.ts";
import { LOG_LEVELS } from "./log-line.ts";
import { patternOf } from "./log-pattern.ts";
import type { WordKeeper } from "./words.ts";

/** Operations and attribute keys that are offered in filters, of a run. */
const OPERATIONS_MAX = 5_000;
const ATTRIBUTES_MAX = 2_000;
/** Patterns of warnings and errors, of a run. */
const PATTERNS_MAX = 2_000;
/** Width of a step in which problems are counted, in ms. */
const PROBLEM_STEP_MS = 1_000;

/** Notes what there is to choose from, and what went wrong, so that no question has to look at all records. */
export interface NotesKeeper {
  readonly spans: (spans: readonly DecodedSpan[], nowMs: number) => void;
  readonly lines: (lines: readonly LogEntry[], nowMs: number) => void;
  readonly flush: () => void;
}

export function createNotesKeeper(database: DatabaseSync, run: number, words: WordKeeper): NotesKeeper {
  const putProblem = database.prepare(
    "INSERT INTO problems VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count",
  );
  const putOperation = database.prepare("INSERT OR IGNORE INTO seen_operations VALUES (?, ?, ?)");
  const putAttribute = database.prepare("INSERT OR IGNORE INTO seen_attributes VALUES (?, ?)");
  const putPattern = database.prepare(
    "INSERT INTO log_patterns VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count",
  );
  const countOf = (table: string) =>
    Number(database.prepare(`SELECT count(*) AS count FROM ${table} WHERE run = ?`).get(run)?.["count"] ?? 0);
  const operations = new Map<string, Set<string>>();
  const attributes = new Set<string>();
  const problems = new Map<string, { readonly timeMs: number; readonly service: string; count: number }>();
  const patterns = new Map<string, { readonly entry: LogEntry; readonly pattern: string; count: number }>();
  const patternsKnown = new Set<string>();
  let operationsLeft = OPERATIONS_MAX - countOf("seen_operations");
  let attributesLeft = ATTRIBUTES_MAX - countOf("seen_attributes");
  let patternsLeft = PATTERNS_MAX - countOf("log_patterns");

  const problem = (service: string, nowMs: number) => {
    const timeMs = Math.floor(nowMs / PROBLEM_STEP_MS) * PROBLEM_STEP_MS;
    const key = `${timeMs} ${service}`;
    const known = problems.get(key);
    if (known === undefined) problems.set(key, { timeMs, service, count: 1 });
    else known.count += 1;
  };
  const operation = ({ service, name }: DecodedSpan) => {
    const names = operations.get(service) ?? new Set();
    if (names.has(name) || operationsLeft <= 0) return;
    operations.set(service, names.add(name));
    operationsLeft -= Number(putOperation.run(run, words.wordOf(service), words.wordOf(name)).changes);
  };
  const keys = (of: DecodedSpan["attributes"]) => {
    if (attributesLeft <= 0) return;
    for (const key in of) {
      if (attributes.has(key) || key.length > 200) continue;
      attributes.add(key);
      attributesLeft -= Number(putAttribute.run(run, key).changes);
    }
  };
  const pattern = (entry: LogEntry) => {
    const found = patternOf(entry.message);
    const key = JSON.stringify([entry.service, entry.level, found]);
    const known = patterns.get(key);
    if (known !== undefined) {
      known.count += 1;
      return;
    }
    if (!patternsKnown.has(key)) {
      if (patternsLeft <= 0) return;
      patternsLeft -= 1;
      patternsKnown.add(key);
    }
    patterns.set(key, { entry, pattern: found, count: 1 });
  };

  return {
    spans(spans, nowMs) {
      for (const span of spans) {
        operation(span);
        keys(span.attributes);
        if (isProblem(span)) problem(span.service, nowMs);
      }
    },
    lines(lines, nowMs) {
      for (const entry of lines) {
        if (isError(entry.level)) problem(entry.service, nowMs);
        if (entry.level === "warn" || isError(entry.level)) pattern(entry);
      }
    },
    flush() {
      for (const { timeMs, service, count } of problems.values()) putProblem.run(timeMs, words.wordOf(service), count);
      problems.clear();
      for (const { entry, pattern: text, count } of patterns.values()) {
        putPattern.run(run, words.wordOf(entry.service), LOG_LEVELS.indexOf(entry.level), text, count);
      }
      patterns.clear();
    },
  };
}
