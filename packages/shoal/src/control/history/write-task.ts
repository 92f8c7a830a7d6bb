import { shoalError } from "../../core/errors.ts";
import type { WriteStep } from "./file-writer.ts";
import type { HistoryOptions } from "./history-options.ts";
import { intakeResult, readBody } from "./intake-step.ts";
import { createLineReader, type NumberedLine, numberedRecord } from "./log-keeper.ts";
import type { IngestAnswer, ThreadTask } from "./thread-message.ts";

/** A task that has been read, and can be written. */
export interface ReadyTask {
  readonly step: WriteStep<unknown>;
  /** Printed lines: they are kept in memory when the disk fails. */
  readonly lines: readonly NumberedLine[] | undefined;
  /** What it was read from, unpacked: some of the memory that it takes until it is written. */
  readonly bytes: number;
}

/** A task that is no body is small. */
const TASK_BYTES = 10_000;

/**
 * Reads tasks: unpacks bodies, reads lines, and gives each line its number. Throws what a body is refused for.
 *
 * @param firstSeq Of the first line.
 */
export function createTaskReader(
  options: HistoryOptions,
  firstSeq: number,
): (task: ThreadTask, nowMs: number) => ReadyTask {
  const { lineCharsMax, traceSpansMax } = options;
  const lineReader = createLineReader();
  let nextSeq = firstSeq;
  const numbers = (count: number) => {
    nextSeq += count;
    return nextSeq - count;
  };
  return (task, nowMs) => {
    switch (task.kind) {
      case "ingest": {
        const decoded = readBody(task.body, nowMs);
        const first = numbers(decoded.logs.length);
        const lines = decoded.logs.map((record, index) => numberedRecord(record, first + index, lineCharsMax));
        const step: WriteStep<IngestAnswer> = (writer, atMs) => ({
          result: intakeResult(decoded, writer.decoded(decoded, lines, atMs), traceSpansMax),
          dropped: decoded.dropped,
        });
        return { step, lines: undefined, bytes: decoded.bytes };
      }
      case "lines": {
        const first = numbers(task.lines.length);
        const lines = task.lines.map((line, index) => lineReader.printed(line, first + index, lineCharsMax));
        return { step: (writer, atMs) => writer.lines(lines, atMs), lines, bytes: TASK_BYTES };
      }
      case "red":
        return { step: (writer) => writer.red(task.rows), lines: undefined, bytes: TASK_BYTES };
      case "exchanges":
        return { step: (writer) => writer.exchanges(task.exchanges), lines: undefined, bytes: TASK_BYTES };
      case "read":
        throw shoalError("HISTORY_UNAVAILABLE", { message: "the writer answers no questions" });
      default:
        return task satisfies never;
    }
  };
}
