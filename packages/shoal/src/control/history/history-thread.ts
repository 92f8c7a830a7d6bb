/** The history's threads: run as a worker by create-history.ts, once as the writer and once as the reader. */
import { parentPort, workerData } from "node:worker_threads";
import { systemClock } from "../../transport/system-ports.ts";
import { openForReading, openForWriting } from "./open-history.ts";
import { startReader } from "./reader-thread.ts";
import type { FromThread, ThreadStart, ToThread } from "./thread-message.ts";
import { startWriter } from "./writer-thread.ts";

const start = workerData as ThreadStart;
const post = (message: FromThread) => parentPort?.postMessage(message);
const thread =
  start.role === "writer"
    ? startWriter({ start, clock: systemClock, post, open: openForWriting })
    : startReader({ start, post, open: openForReading });
parentPort?.on("message", (message: ToThread) => {
  thread.receive(message);
  // Nothing is left to be done: the thread ends when its port does.
  if (message.kind === "close") parentPort?.close();
});
