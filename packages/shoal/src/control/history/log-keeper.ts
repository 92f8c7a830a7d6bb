import type { DatabaseSync } from "node:sqlite";
import type { Attributes } from "../../telemetry/records.ts";
import type { LogEntry, LogLevel } from "../api/schemas/logs.ts";
import type { DecodedLog } from "../intake/decoded.ts";
import type { PrintedLine } from "./history.ts";
import { nextSegment } from "./history-schema.ts";
import { idBytes } from "./ids.ts";
import { continuesError, LOG_LEVELS, type ReadLine, readLine, searchedText, withoutAnsi } from "./log-line.ts";
import { logTags } from "./log-search.ts";
import { lastNumber, type SegmentKeeper } from "./segments.ts";
import { attributesText } from "./span-rows.ts";
import type { WordKeeper } from "./words.ts";

/** What a column's number stands for: appended to, never reordered. */
export const LOG_STREAMS = ["stdout", "stderr", "shoal", "otlp"] as const;

/** A line with its number, before it is written. */
export interface NumberedLine {
  readonly entry: LogEntry;
  /** Of an OTLP record its fields; of a printed line they are read again from its text. */
  readonly isPrinted: boolean;
}

export interface LogKeeper {
  readonly write: (lines: readonly NumberedLine[]) => void;
  readonly flush: () => void;
}

/** Seqs begin at the time, so that they go on growing when the file with the last one is lost. */
const SEQS_PER_MS = 100;
/** Characters of a line in which words are found. */
const INDEXED_CHARS_MAX = 8_192;

/** The first seq that may be given out. */
export function firstSeq(database: DatabaseSync | undefined, wallMs: number): number {
  const last = database === undefined ? 0 : lastNumber(database, "logs");
  return nextSegment("logs", Math.max(last + 1, Math.floor(wallMs) * SEQS_PER_MS));
}

interface LogKeeperParts {
  readonly database: DatabaseSync;
  readonly run: number;
  readonly words: WordKeeper;
  readonly segments: SegmentKeeper;
}

export function createLogKeeper({ database, run, words, segments }: LogKeeperParts): LogKeeper {
  const insert = database.prepare("INSERT OR IGNORE INTO logs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const index = database.prepare("INSERT INTO log_words (rowid, text, tags) VALUES (?, ?, ?)");
  const count = database.prepare(
    "INSERT INTO log_services VALUES (?, ?) ON CONFLICT DO UPDATE SET bytes = bytes + excluded.bytes",
  );
  const bytesOf = new Map<string, number>();

  const write = ({ entry, isPrinted }: NumberedLine) => {
    const { seq, service, instance, stream, level, text, timeMs } = entry;
    const { changes } = insert.run(
      seq,
      run,
      timeMs,
      words.wordOf(service),
      words.wordOf(instance),
      LOG_STREAMS.indexOf(stream),
      LOG_LEVELS.indexOf(level),
      idBytes(entry.traceId),
      entry.traceId === "" ? null : idBytes(entry.spanId),
      text,
      isPrinted ? null : attributesText(entry.fields, words),
    );
    if (changes === 0) return;
    index.run(seq, indexedText(entry), logTags({ run, service, instance, stream, level }));
    bytesOf.set(service, (bytesOf.get(service) ?? 0) + text.length + LINE_BYTES);
    const errors = isError(level) ? 1 : 0;
    segments.note("logs", { number: seq, minMs: timeMs, maxMs: timeMs, records: 1, errors, durationMs: 0 });
  };

  return {
    write(lines) {
      for (const line of lines) write(line);
    },
    flush() {
      for (const [service, bytes] of bytesOf) count.run(words.wordOf(service), bytes);
      bytesOf.clear();
    },
  };
}

/** What a line costs beside its text, roughly: its row and its place in the indexes. */
export const LINE_BYTES = 100;

export function isError(level: LogLevel): boolean {
  return level === "error" || level === "fatal";
}

function indexedText(entry: LogEntry): string {
  const words = searchedText(entry);
  return words.length > INDEXED_CHARS_MAX ? words.slice(0, INDEXED_CHARS_MAX) : words;
}

/** Instances whose last line is remembered. */
const INSTANCES_MAX = 5_000;
/** What a line says of its own time is believed within this distance of when it was read, in ms. */
const TIME_OFF_MS_MAX = 24 * 3_600_000;

/** Reads lines one after the other: a stack belongs to the error line before it. */
export interface LineReader {
  readonly printed: (line: PrintedLine, seq: number, charsMax: number) => NumberedLine;
}

export function createLineReader(): LineReader {
  let errorsOf = new Map<string, LogLevel>();
  const levelOf = (line: PrintedLine, read: ReadLine): LogLevel => {
    if (line.stream !== "stderr") return read.level;
    const key = `${line.service} ${line.instance}`;
    const before = errorsOf.get(key);
    if (read.level === "info" && before !== undefined && continuesError(read.message)) return before;
    if (errorsOf.size >= INSTANCES_MAX) errorsOf = new Map();
    if (isError(read.level)) errorsOf.set(key, read.level);
    else errorsOf.delete(key);
    return read.level;
  };
  return {
    printed(line, seq, charsMax) {
      const text = line.text.length > charsMax ? line.text.slice(0, charsMax) : line.text;
      const read = readLine(text, line.stream);
      const said = read.timeMs;
      const timeMs = said !== undefined && Math.abs(said - line.timeMs) <= TIME_OFF_MS_MAX ? said : line.timeMs;
      const { message, traceId, spanId } = read;
      const fields = shown(read.fields);
      const { service, instance, stream } = line;
      const level = levelOf(line, read);
      const entry = { seq, timeMs, service, instance, stream, text, level, message, traceId, spanId, fields };
      return { entry, isPrinted: true };
    },
  };
}

/** The API's schemas know no read-only lists. */
function shown(fields: Attributes): LogEntry["fields"] {
  return fields as LogEntry["fields"];
}

/** A record that came over the network, with its number. */
export function numberedRecord(log: DecodedLog, seq: number, charsMax: number): NumberedLine {
  const { timeMs, service, instance, level, traceId, spanId } = log;
  const text = log.text.length > charsMax ? log.text.slice(0, charsMax) : log.text;
  const message = withoutAnsi(text);
  const fields = shown(log.fields);
  const entry: LogEntry = {
    seq,
    timeMs,
    service,
    instance,
    stream: "otlp",
    text,
    level,
    message,
    traceId,
    spanId,
    fields,
  };
  return { entry, isPrinted: false };
}
