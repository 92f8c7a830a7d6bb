import type { Worker } from "node:worker_threads";
import type { Cancel, Clock } from "../../core/clock.ts";
import { shoalError } from "../../core/errors.ts";
import type { FromThread, ThreadTask, ToThread } from "./thread-message.ts";

export interface ThreadClientParts {
  readonly clock: Clock;
  /** Starts the thread; called again after its death. */
  readonly spawn: () => Worker;
  /** What is neither an answer nor the end. */
  readonly onMessage: (message: FromThread) => void;
  /** The thread died, and why. */
  readonly onDeath: (reason: string) => void;
  /** True when others wait for its first message. */
  readonly isAwaited: boolean;
  /** A thread was started: what it must know is sent first. */
  readonly onStart: (send: (message: ToThread) => void) => void;
}

/** A thread that answers tasks and is started again when it dies. */
export interface ThreadClient {
  /** Rejects with what the thread rejects with, and with HISTORY_UNAVAILABLE when it dies first. */
  readonly ask: (task: ThreadTask, transfer?: readonly ArrayBuffer[]) => Promise<unknown>;
  readonly send: (message: ToThread) => void;
  /** Tasks without an answer. */
  readonly pending: () => number;
  /** Lets the thread end what it has begun. */
  readonly close: () => Promise<void>;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (cause: unknown) => void;
}

/** A thread that died is not started again at once: it might die for the same reason. In ms. */
const RESTART_MS = 200;
/** A thread that does not end by itself is ended, in ms. */
const CLOSE_MS = 5_000;

export function createThreadClient(parts: ThreadClientParts): ThreadClient {
  const { clock } = parts;
  const pending = new Map<number, Pending>();
  let worker: Worker | undefined;
  let cancelRestart: Cancel = () => {};
  let lastId = 0;
  let closing: PromiseWithResolvers<void> | undefined;

  const settle = (id: number, act: (pending: Pending) => void) => {
    const found = pending.get(id);
    pending.delete(id);
    if (pending.size === 0) worker?.unref();
    if (found) act(found);
  };
  const receive = (message: FromThread) => {
    switch (message.kind) {
      case "done":
        return settle(message.id, ({ resolve }) => resolve(message.value));
      case "failed":
        return settle(message.id, ({ reject }) => reject(shoalError(message.error.code, message.error)));
      case "closed":
        return closing?.resolve();
      default:
        parts.onMessage(message);
    }
  };
  const died = (reason: string) => {
    worker = undefined;
    const waiting = [...pending.values()];
    pending.clear();
    for (const { reject } of waiting) reject(unavailable(`the history's thread ended: ${reason}`));
    closing?.resolve();
    if (closing) return;
    parts.onDeath(reason);
    cancelRestart = clock.after(RESTART_MS, start);
  };
  const start = () => {
    const started = parts.spawn();
    let reason = "it left";
    worker = started;
    started.on("message", receive);
    started.on("error", (cause: unknown) => {
      reason = cause instanceof Error ? cause.message : String(cause);
    });
    started.once("exit", () => {
      if (worker === started) died(reason);
    });
    // A process that has nothing else to do may end, unless an answer or the beginning is awaited.
    if (parts.isAwaited) started.once("message", () => pending.size > 0 || started.unref());
    else started.unref();
    parts.onStart((message) => started.postMessage(message));
  };
  start();

  return {
    ask(task, transfer = []) {
      if (worker === undefined || closing) return Promise.reject(unavailable("the history is not there at present"));
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      lastId += 1;
      if (pending.size === 0) worker.ref();
      pending.set(lastId, { resolve, reject });
      worker.postMessage({ kind: "task", id: lastId, nowMs: clock.wallMs(), task } satisfies ToThread, [...transfer]);
      return promise;
    },
    send: (message) => worker?.postMessage(message),
    pending: () => pending.size,
    async close() {
      cancelRestart();
      const ending = worker;
      if (closing || ending === undefined) return closing?.promise;
      closing = Promise.withResolvers();
      // Else a process with nothing else to do would end before its history.
      ending.ref();
      ending.postMessage({ kind: "close", nowMs: clock.wallMs() } satisfies ToThread);
      const cancel = clock.after(CLOSE_MS, () => closing?.resolve());
      await closing.promise;
      cancel();
      await ending.terminate();
    },
  };
}

function unavailable(message: string) {
  return shoalError("HISTORY_UNAVAILABLE", { message });
}
