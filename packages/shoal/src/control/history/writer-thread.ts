import type { Clock } from "../../core/clock.ts";
import type { OpenDatabase } from "../store/sqlite.ts";
import { createFileWriter } from "./file-writer.ts";
import { createPendingLines } from "./pending-lines.ts";
import { logThrough, threadError } from "./thread-error.ts";
import type { FromThread, ThreadStart, ToThread } from "./thread-message.ts";
import { createGroupWriter, type SentTask } from "./write-group.ts";
import { createTaskReader } from "./write-task.ts";
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

/** Tasks and bytes, unpacked, written in one transaction: some 50 ms, which is what the next one waits. */
const GROUP_TASKS_MAX = 256;
const GROUP_BYTES_MAX = 2 * 1_024 * 1_024;
/** How often the status is told, and looked whether there is something to remove, in ms. */
const STATUS_MS = 500;

/** The writer: reads bodies, writes many in one transaction, acknowledges them, and removes what is too much. */
export function startWriter({ start, clock, post, open }: WriterParts): WriterThread {
  const { options } = start;
  const pending = createPendingLines(options.pendingLinesMax);
  const onRecovered = () => writeGroup([], currentMs());
  const file = createFileWriter({ start, clock, log: logThrough(post), open, onRecovered });
  const readTask = createTaskReader(options, file.firstSeq(start.nowMs));
  const writeGroup = createGroupWriter({ file, pending, post, isWatched: () => isWatched });
  let queue: Task[] = [];
  let told = { nowMs: start.nowMs, at: clock.now() };
  let isWatched = false;
  let isScheduled = false;

  const currentMs = () => told.nowMs + (clock.now() - told.at);
  const hear = (nowMs: number) => {
    told = { nowMs, at: clock.now() };
  };
  const read = ({ id, task }: Task): SentTask | undefined => {
    try {
      return { id, ...readTask(task, currentMs()) };
    } catch (cause) {
      post({ kind: "failed", id, error: threadError(cause) });
      return undefined;
    }
  };
  /** The next tasks, one at least. What a packed body takes is known when it is read: many at once fill the memory. */
  const readGroup = (): readonly SentTask[] => {
    const tasks: SentTask[] = [];
    let bytes = 0;
    let count = 0;
    for (const sent of queue) {
      if (count >= GROUP_TASKS_MAX || bytes >= GROUP_BYTES_MAX) break;
      count += 1;
      const task = read(sent);
      if (task) tasks.push(task);
      bytes += task?.bytes ?? 0;
    }
    queue = queue.slice(count);
    return tasks;
  };
  const writeSome = () => writeGroup(readGroup(), currentMs());
  const schedule = (ms: number) => {
    if (isScheduled) return;
    isScheduled = true;
    clock.after(ms, work);
  };
  const work = () => {
    isScheduled = false;
    if (queue.length > 0) writeSome();
    const hasMore = file.tidy(currentMs());
    if (queue.length > 0 || hasMore) schedule(0);
  };
  const tick = () => {
    file.checkExists();
    schedule(0);
    post({ kind: "status", status: writerCounts(file, pending.dropped()) });
    cancelTick = clock.after(STATUS_MS, tick);
  };
  const close = () => {
    while (queue.length > 0) writeSome();
    cancelTick();
    file.close(currentMs());
    post({ kind: "closed" });
  };
  writeGroup([], start.nowMs);
  let cancelTick = clock.after(0, tick);

  return {
    receive(message) {
      if (message.kind === "task" || message.kind === "close") hear(message.nowMs);
      if (message.kind === "watch") isWatched = message.on;
      if (message.kind === "close") close();
      if (message.kind !== "task") return;
      queue.push(message);
      schedule(options.gatherMs);
    },
  };
}
