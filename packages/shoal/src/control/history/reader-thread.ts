import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { shoalError } from "../../core/errors.ts";
import type { OpenDatabase } from "../store/sqlite.ts";
import { createHistoryReader } from "./history-reader.ts";
import { HISTORY_FILE } from "./open-history.ts";
import { threadError } from "./thread-error.ts";
import type { FromThread, SyncQuestions, ThreadStart, ToThread } from "./thread-message.ts";

export interface ReaderParts {
  readonly start: ThreadStart;
  readonly post: (message: FromThread) => void;
  readonly open: OpenDatabase;
}

interface OpenReader {
  readonly database: DatabaseSync;
  readonly questions: SyncQuestions;
}

/** The reader: answers questions beside the writer, each on a view of its own. */
export function startReader({ start, post, open }: ReaderParts): { readonly receive: (message: ToThread) => void } {
  let current: OpenReader | undefined;
  const close = () => {
    current?.database.close();
    current = undefined;
  };
  const opened = (): OpenReader => {
    if (current !== undefined) return current;
    try {
      const database = open(join(start.folder, HISTORY_FILE.name));
      current = { database, questions: createHistoryReader(database, start.run.id) };
      return current;
    } catch (cause) {
      throw shoalError("HISTORY_UNAVAILABLE", { message: "there is no history to read at present", cause });
    }
  };
  const answer = (message: Extract<ToThread, { readonly kind: "task" }>) => {
    const { id, task } = message;
    try {
      if (task.kind !== "read") throw shoalError("HISTORY_UNAVAILABLE", { message: "the reader writes nothing" });
      const { database, questions } = opened();
      const ask = questions[task.name] as (...args: readonly unknown[]) => unknown;
      // One view for all statements of an answer.
      database.exec("BEGIN");
      try {
        post({ kind: "done", id, value: ask(...task.args) });
      } finally {
        database.exec("COMMIT");
      }
    } catch (cause) {
      // What failed may be the file itself: it is opened again for the next question.
      close();
      post({ kind: "failed", id, error: threadError(cause) });
    }
  };
  return {
    receive(message) {
      if (message.kind === "task") answer(message);
      if (message.kind === "reopen" || message.kind === "close") close();
      if (message.kind === "close") post({ kind: "closed" });
    },
  };
}
