import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import type { Clock } from "../../core/clock.ts";
import type { Log } from "../../core/log.ts";
import type { Appended } from "./history.ts";
import { createThreadClient, type ThreadClient } from "./thread-client.ts";
import type { FromThread, ThreadStart, ToThread, WriterStatus } from "./thread-message.ts";

/** Finds this package's own programs by the names that its package.json gives them, as source and as built. */
const require = createRequire(import.meta.url);

/** Heap of a thread, in MiB: the young generation is small, so that what bodies are read into does not pile up. */
const THREAD_LIMITS = { maxYoungGenerationSizeMb: 32, maxOldGenerationSizeMb: 512 };
/** Deaths that the warnings tell of. */
const DEATHS_SHOWN = 3;
const NO_STATUS: WriterStatus = {
  spans: 0,
  logs: 0,
  exchanges: 0,
  bytes: 0,
  oldestMs: null,
  linesDropped: 0,
  warnings: [],
};

interface ThreadsParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly start: Pick<ThreadStart, "folder" | "run" | "options">;
  /** Whether somebody wants to be told what was appended. */
  readonly isWatched: () => boolean;
  readonly onAppended: (appended: Appended) => void;
}

/** The history's two threads. */
export interface Threads {
  readonly writer: ThreadClient;
  readonly reader: ThreadClient;
  /** Resolves when there is a file to read. */
  readonly opened: Promise<void>;
  /** Of the writer's last report, with the deaths of threads. */
  readonly status: () => WriterStatus;
  /** To be called when `isWatched` has changed. */
  readonly tellWatched: () => void;
  readonly close: () => Promise<void>;
}

export function startThreads({ clock, log, start, isWatched, onAppended }: ThreadsParts): Threads {
  const opened = Promise.withResolvers<void>();
  let latest = NO_STATUS;
  let deaths: readonly string[] = [];

  const onMessage = (message: FromThread) => {
    if (message.kind === "log") log[message.level](message.message);
    if (message.kind === "status") latest = message.status;
    if (message.kind === "appended") onAppended(message.appended);
    if (message.kind !== "opened") return;
    reader.send({ kind: "reopen" });
    opened.resolve();
  };
  const client = (role: ThreadStart["role"], onStart: (send: (message: ToThread) => void) => void) =>
    createThreadClient({
      clock,
      spawn: () =>
        new Worker(require.resolve("#history-thread"), {
          workerData: { ...start, role, nowMs: clock.wallMs() } satisfies ThreadStart,
          name: `history-${role}`,
          resourceLimits: THREAD_LIMITS,
        }),
      onMessage,
      onDeath(reason) {
        log.error("a thread of the history ended; it is started again", { role, reason });
        deaths = [`the history's ${role} ended (${reason}) and was started again`, ...deaths].slice(0, DEATHS_SHOWN);
      },
      isAwaited: role === "writer",
      onStart,
    });
  const watch = (): ToThread => ({ kind: "watch", on: isWatched() });
  const writer = client("writer", (send) => send(watch()));
  const reader = client("reader", () => {});

  return {
    writer,
    reader,
    opened: opened.promise,
    status: () => ({ ...latest, warnings: [...latest.warnings, ...deaths] }),
    tellWatched: () => writer.send(watch()),
    async close() {
      opened.resolve();
      await reader.close();
      await writer.close();
    },
  };
}
