import { Worker } from "node:worker_threads";
import type { SupervisorMessage } from "../../discovery/supervisor-line.ts";

/** How often the loop says that it runs, in ms. */
const BEAT_MS = 500;

/** What the watching thread is given. */
export interface LoopWatchData {
  /** Counts the turns of the watched loop. */
  readonly beats: Int32Array<SharedArrayBuffer>;
  readonly beatMs: number;
}

/** Where the watching thread asks, while the loop stands still, whose the code is that runs. */
const CURRENT_MEMBER = Symbol.for("shoal.group.member");

export interface LoopWatchParts {
  readonly currentMember: () => string | undefined;
  readonly tell: (message: SupervisorMessage) => void;
}

/**
 * Has a thread of its own watch whether the event loop of this process runs: one that stands still takes all services
 * with it and can itself tell nobody. The thread looks where it stands, and tells; here is told when it runs on.
 */
export function watchLoop({ currentMember, tell }: LoopWatchParts): void {
  Object.defineProperty(globalThis, CURRENT_MEMBER, { value: currentMember });
  const beats = new Int32Array(new SharedArrayBuffer(4));
  const timer = setInterval(() => void Atomics.add(beats, 0, 1), BEAT_MS);
  timer.unref();
  const workerData: LoopWatchData = { beats, beatMs: BEAT_MS };
  // Not what this process preloads: the thread runs nothing of the app's.
  const thread = new Worker(new URL(import.meta.resolve("#loop-watch")), {
    workerData,
    execArgv: [],
    name: "shoal-loop-watch",
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 },
  });
  thread.unref();
  thread.on("message", (message: SupervisorMessage) => tell(message));
  thread.on("error", () => clearInterval(timer)); // nobody watches: the services are none the worse
}
