import type { Cancel, Clock } from "../../core/clock.ts";
import type { Instance, Snapshot } from "../../discovery/instance.ts";
import { inRealm, type SnapshotFilter } from "./registry.ts";

export interface WatchersOptions {
  readonly clock: Clock;
  readonly snapshotOf: (filter: SnapshotFilter) => Snapshot;
  /** Watchers at once; one more is refused. Default 2 000. */
  readonly watchersMax?: number;
}

/** What a watcher is told next: a snapshot, or only that the registry is still there. */
export type WatcherNews = Snapshot | "heartbeat";

/** Somebody who is told of a part of the registry. */
export interface Watcher extends AsyncIterator<WatcherNews, undefined, undefined> {
  /** The first news at once, the next when there is something to tell; done after `return` or `close`. */
  readonly next: () => Promise<IteratorResult<WatcherNews, undefined>>;
  readonly return: () => Promise<IteratorReturnResult<undefined>>;
}

export interface Watchers {
  /** undefined when there are too many. */
  readonly add: (filter: SnapshotFilter) => Watcher | undefined;
  /** Tells whom it concerns; undefined: everybody. */
  readonly changed: (instances: readonly Instance[] | undefined) => void;
  /** Tells who watches a service. */
  readonly changedFor: (service: string) => void;
  readonly size: () => number;
  /** Ends every watcher. */
  readonly close: () => void;
}

/** Changes within this many ms make one snapshot: a starting fleet makes hundreds, and nobody notices 10 ms. */
export const COALESCE_MS = 10;
/** Pause after which an idle watcher is told that the registry is still there, in ms. */
export const HEARTBEAT_MS = 5_000;
const WATCHERS_MAX = 2_000;

/**
 * Who is told what. A watcher pulls: what changed only marks it, and the snapshot is made when it is asked for. So a
 * slow watcher gets the newest state and nothing is ever queued for it.
 */
export function createWatchers({ clock, snapshotOf, watchersMax = WATCHERS_MAX }: WatchersOptions): Watchers {
  const watchers = new Set<MarkedWatcher>();
  let marked = new Set<MarkedWatcher>();
  let cancelWake: Cancel | undefined;

  const markAll = (isMeant: (filter: SnapshotFilter) => boolean) => {
    for (const watcher of watchers) if (isMeant(watcher.filter)) marked.add(watcher);
    if (marked.size > 0) cancelWake ??= clock.after(COALESCE_MS, wake);
  };
  const wake = () => {
    cancelWake = undefined;
    const due = marked;
    marked = new Set();
    for (const watcher of due) watcher.mark();
  };
  return {
    add(filter) {
      if (watchers.size >= watchersMax) return undefined;
      const watcher = createWatcher(
        clock,
        () => snapshotOf(filter),
        filter,
        () => {
          watchers.delete(watcher);
          marked.delete(watcher);
        },
      );
      watchers.add(watcher);
      return watcher;
    },
    changed(instances) {
      markAll((filter) => !instances || instances.some((instance) => concerns(filter, instance)));
    },
    changedFor: (service) => markAll(({ services }) => services?.has(service) ?? true),
    size: () => watchers.size,
    close() {
      cancelWake?.();
      for (const watcher of [...watchers]) void watcher.return();
    },
  };
}

function concerns(filter: SnapshotFilter, instance: Instance): boolean {
  return (filter.services?.has(instance.service) ?? true) && inRealm(instance, filter);
}

interface MarkedWatcher extends Watcher {
  readonly filter: SnapshotFilter;
  /** There is something to tell. */
  readonly mark: () => void;
}

type Result = IteratorResult<WatcherNews, undefined>;
const DONE = Object.freeze({ done: true, value: undefined } as const);

function createWatcher(
  clock: Clock,
  snapshot: () => Snapshot,
  filter: SnapshotFilter,
  onEnd: () => void,
): MarkedWatcher {
  let hasNews = true;
  let ended = false;
  let resolveNext: ((result: Result) => void) | undefined;
  let cancelHeartbeat: Cancel | undefined;

  const settle = (result: Result) => {
    cancelHeartbeat?.();
    resolveNext?.(result);
    resolveNext = undefined;
  };
  const tell = (): Result => {
    hasNews = false;
    return { done: false, value: snapshot() };
  };
  return {
    filter,
    mark() {
      hasNews = true;
      if (resolveNext) settle(tell());
    },
    next() {
      if (ended) return Promise.resolve(DONE);
      if (hasNews) return Promise.resolve(tell());
      return new Promise((resolve) => {
        resolveNext = resolve;
        cancelHeartbeat = clock.after(HEARTBEAT_MS, () => settle({ done: false, value: "heartbeat" }));
      });
    },
    return() {
      if (!ended) {
        ended = true;
        settle(DONE);
        onEnd();
      }
      return Promise.resolve(DONE);
    },
  };
}
