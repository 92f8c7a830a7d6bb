import { shoalError } from "../../core/errors.ts";
import type { FileWriter, WriteStep } from "./file-writer.ts";
import type { Appended } from "./history.ts";
import type { PendingLines } from "./pending-lines.ts";
import { threadError } from "./thread-error.ts";
import type { FromThread } from "./thread-message.ts";
import type { ReadyTask } from "./write-task.ts";

/** A task to be written, and what its sender waits for. */
export interface SentTask extends ReadyTask {
  readonly id: number;
}

interface GroupWriterParts {
  readonly file: FileWriter;
  readonly pending: PendingLines;
  readonly post: (message: FromThread) => void;
  readonly isWatched: () => boolean;
}

/**
 * Writes tasks in one transaction and then answers them. While the disk fails lines go on in memory and the rest is
 * refused, so that its sender keeps it; the next group that can be written has those lines before it.
 */
export function createGroupWriter(parts: GroupWriterParts): (tasks: readonly SentTask[], nowMs: number) => void {
  const { file, pending, post } = parts;
  let generation = -1;
  const fail = (id: number, cause: unknown) => post({ kind: "failed", id, error: threadError(cause) });
  const tell = (appended: Appended) => {
    const count = appended.traces.length + appended.logs.length + appended.exchanges.length;
    if (count > 0 && parts.isWatched()) post({ kind: "appended", appended });
  };
  const keepLines = (tasks: readonly SentTask[]) => {
    for (const { id, lines } of tasks) {
      if (lines === undefined) {
        fail(id, shoalError("HISTORY_UNAVAILABLE", { message: file.warnings().at(-1) ?? "the disk fails" }));
        continue;
      }
      pending.push(lines);
      tell({ traces: [], logs: lines.map(({ entry }) => entry), exchanges: [] });
      post({ kind: "done", id, value: undefined });
    }
  };
  return (tasks, nowMs) => {
    const waiting = pending.all();
    const before: WriteStep<unknown>[] = waiting.length === 0 ? [] : [(writer, atMs) => writer.lines(waiting, atMs)];
    const group = file.write([...before, ...tasks.map(({ step }) => step)], nowMs);
    if (file.generation() !== generation) {
      generation = file.generation();
      post({ kind: "opened" });
    }
    if (group === undefined) return keepLines(tasks);
    pending.clear();
    // Before the answers: who was told that a line is kept has been shown it.
    tell({ ...group.appended, logs: group.appended.logs.slice(waiting.length) });
    for (const [index, { id }] of tasks.entries()) {
      const outcome = group.outcomes[index + before.length];
      if (outcome?.ok) post({ kind: "done", id, value: outcome.value });
      else fail(id, outcome?.error);
    }
  };
}
