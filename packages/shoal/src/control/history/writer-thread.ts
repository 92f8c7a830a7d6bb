import type { Clock } from "../../core/clock.ts";
import { isShoalError, messageOf, shoalError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import type { OpenDatabase } from "../store/sqlite.ts";
import { createFileWriter, type WriteStep } from "./file-writer.ts";
import type { Appended } from "./history.ts";
import { intakeResult, readBody } from "./intake-step.ts";
import { createLineReader, type NumberedLine, numberedRecord } from "./log-keeper.ts";
import { createPendingLines } from "./pending-lines.ts";
import type { FromThread, IngestAnswer, ThreadError, ThreadStart, ToThread, WriteTask } from "./thread-message.ts";
import { writerCounts } from "./writer-counts.ts";

export interface WriterParts {
  readonly start: ThreadStart;
  /** Real time: for retries and pauses. What time it is for records is told by each task. */
  readonly clock: Clock;
  readonly post: (message: FromThread) => void;
  readonly open: OpenDatabase;
}

export interface WriterThread {
  readonly receive: (message: ToThread) => void;
}

type Task = Extract<ToThread, { readonly kind: "task" }>;

/** A task that has been read, and waits to be written. */
interface Ready {
  readonly id: number;
  readonly step: WriteStep<unknown>;
  /** Printed lines: they are kept in memory when the disk fails. */
  readonly lines: readonly NumberedLine[] | undefined;
}

/** Tasks and bytes written in one transaction: some 50 ms, which is what a reader of the status waits for. */
const GROUP_TASKS_MAX = 256;
const GROUP_BYTES_MAX = 2 * 1_024 * 1_024;
const STATUS_MS = 500;

/** The writer: reads bodies, writes many in one transaction, acknowledges them, and removes what is too much. */
export function startWriter({ start, clock, post, open }: WriterParts): WriterThread {
  const { options } = start;
  const log = logTo(post);
  const lineReader = createLineReader();
  const pending = createPendingLines(options.pendingLinesMax);
  const file = createFileWriter({ start, clock, log, open, onRecovered: () => writeReady([]) });
  const queue: Task[] = [];
  let nowMs = start.nowMs;
  let nowAt = clock.now();
  let nextSeq = file.firstSeq(nowMs);
  let watched = false;
  let scheduled = false;
  let generation = -1;

  const currentMs = () => nowMs + (clock.now() - nowAt);
  const number = (count: number) => {
    nextSeq += count;
    return nextSeq - count;
  };
  const fail = (id: number, cause: unknown) => post({ kind: "failed", id, error: threadError(cause) });

  const read = (task: Task): Ready | undefined => {
    try {
      return { id: task.id, ...readTask(task.task) };
    } catch (cause) {
      fail(task.id, cause);
      return undefined;
    }
  };
  const readTask = (task: WriteTask | { readonly kind: "read" }): Omit<Ready, "id"> => {
    switch (task.kind) {
      case "ingest": {
        const decoded = readBody(task.body, currentMs());
        const first = number(decoded.logs.length);
        const lines = decoded.logs.map((record, index) => numberedRecord(record, first + index, options.lineCharsMax));
        const step: WriteStep<IngestAnswer> = (writer, atMs) => ({
          result: intakeResult(decoded, writer.decoded(decoded, lines, atMs), options.traceSpansMax),
          dropped: decoded.dropped,
        });
        return { step, lines: undefined };
      }
      case "lines": {
        const first = number(task.lines.length);
        const lines = task.lines.map((line, index) => lineReader.printed(line, first + index, options.lineCharsMax));
        return { step: (writer, atMs) => writer.lines(lines, atMs), lines };
      }
      case "red":
        return { step: (writer) => writer.red(task.rows), lines: undefined };
      case "exchanges":
        return { step: (writer) => writer.exchanges(task.exchanges), lines: undefined };
      case "read":
        throw shoalError("HISTORY_UNAVAILABLE", { message: "the writer answers no questions" });
      default:
        return task satisfies never;
    }
  };
  const tellAppended = (appended: Appended) => {
    if (watched && appended.traces.length + appended.logs.length + appended.exchanges.length > 0) {
      post({ kind: "appended", appended });
    }
  };
  const writeReady = (ready: readonly Ready[]) => {
    const waiting = pending.all();
    const atMs = currentMs();
    const steps = ready.map(({ step }) => step);
    const first: WriteStep<unknown>[] = waiting.length === 0 ? [] : [(writer) => writer.lines(waiting, atMs)];
    const group = file.write([...first, ...steps], atMs);
    if (file.generation() !== generation) {
      generation = file.generation();
      post({ kind: "opened" });
    }
    if (group === undefined) return keepLines(ready);
    pending.clear();
    // Before the answers: who was told that a line is kept has been shown it.
    tellAppended({ ...group.appended, logs: group.appended.logs.slice(waiting.length) });
    for (const [index, { id }] of ready.entries()) {
      const outcome = group.outcomes[index + first.length];
      if (outcome?.ok) post({ kind: "done", id, value: outcome.value });
      else fail(id, outcome?.error);
    }
  };
  /** The disk fails: lines go on in memory, the rest is refused, so that its sender keeps it. */
  const keepLines = (ready: readonly Ready[]) => {
    for (const { id, lines } of ready) {
      if (lines === undefined) {
        fail(id, shoalError("HISTORY_UNAVAILABLE", { message: file.warnings().at(-1) ?? "the disk fails" }));
        continue;
      }
      pending.push(lines);
      tellAppended({ traces: [], logs: lines.map(({ entry }) => entry), exchanges: [] });
      post({ kind: "done", id, value: undefined });
    }
  };
  const drain = () => {
    scheduled = false;
    const group = queue.splice(0, groupLength(queue));
    if (group.length > 0) writeReady(group.flatMap((task) => read(task) ?? []));
    const more = file.tidy(currentMs());
    if (queue.length > 0 || more) schedule(0);
  };
  const schedule = (ms: number) => {
    if (scheduled) return;
    scheduled = true;
    if (ms === 0) setImmediate(drain);
    else clock.after(ms, drain);
  };
  const tick = () => {
    file.checkExists();
    schedule(0);
    post({ kind: "status", status: writerCounts(file, pending.dropped()) });
    cancelTick = clock.after(STATUS_MS, tick);
  };
  writeReady([]);
  let cancelTick = clock.after(0, tick);

  return {
    receive(message) {
      switch (message.kind) {
        case "task":
          nowMs = message.nowMs;
          nowAt = clock.now();
          queue.push(message);
          schedule(options.gatherMs);
          return;
        case "watch":
          watched = message.on;
          return;
        case "reopen":
          return;
        case "close":
          nowMs = message.nowMs;
          while (queue.length > 0) writeReady(queue.splice(0, groupLength(queue)).flatMap((task) => read(task) ?? []));
          cancelTick();
          file.close(message.nowMs);
          post({ kind: "closed" });
          return;
        default:
          return message satisfies never;
      }
    },
  };
}

/** How many of the oldest tasks are written together; at least one. */
function groupLength(queue: readonly Task[]): number {
  let bytes = 0;
  let count = 0;
  for (const { task } of queue) {
    bytes += task.kind === "ingest" ? task.body.bytes.byteLength : 10_000;
    if (count > 0 && (bytes > GROUP_BYTES_MAX || count >= GROUP_TASKS_MAX)) break;
    count += 1;
  }
  return count;
}

/** An error as it travels between threads; what is no ShoalError is the history's own fault. */
export function threadError(cause: unknown): ThreadError {
  if (!isShoalError(cause)) return { code: "HISTORY_UNAVAILABLE", message: messageOf(cause) };
  const message = cause.message.replace(`[${cause.code}] `, "");
  return { code: cause.code as ThreadError["code"], message };
}

function logTo(post: (message: FromThread) => void): Log {
  const at = (level: "debug" | "info" | "warn" | "error") => (message: string, fields?: object) =>
    post({ kind: "log", level, message: fields ? `${message} ${JSON.stringify(fields)}` : message });
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}
