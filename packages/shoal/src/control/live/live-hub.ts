import type { Cancel, Clock } from "../../core/clock.ts";
import { checkInteger, withDefaults } from "../../core/options.ts";
import type { FleetView } from "../api/fleet-view.ts";
import type { LiveTopic } from "../api/live-events.ts";
import type { ProblemCounts } from "../api/problem-counts.ts";
import type { History } from "../history/history.ts";
import { liveFilters } from "./live-filters.ts";
import { createLiveLists, type ListReader } from "./live-lists.ts";
import type { LiveQuery } from "./live-query.ts";
import { createLiveReader, type LiveReader } from "./live-reader.ts";
import { createLiveState, type StateTopic } from "./live-state.ts";

export interface LiveHubOptions {
  /** Readers at once; one more is refused. Default 50. */
  readonly readersMax: number;
  /** What may wait for a slow reader, in bytes; beyond it is told less. Default 2 MiB. */
  readonly waitingBytesMax: number;
}

const LIVE_HUB_DEFAULTS: LiveHubOptions = Object.freeze({ readersMax: 50, waitingBytesMax: 2 * 1_024 * 1_024 });

export interface LiveHubParts {
  readonly clock: Clock;
  readonly history: Pick<History, "onAppended">;
  readonly view: FleetView;
  readonly problems: ProblemCounts;
}

/** Tells everybody who watches what happens, at a bounded pace. Without readers it does nothing. */
export interface LiveHub {
  /** undefined when there are too many. */
  readonly add: (query: LiveQuery) => LiveReader | undefined;
  /** Instances have changed: tells of it soon. */
  readonly changed: () => void;
  readonly size: () => number;
  /** Ends every reader's stream. */
  readonly close: () => void;
}

/** Pause between two events of a list, and after a change of an instance, in ms. */
export const SOON_MS = 250;
/** Pause between two looks at the rates, in ms. */
export const RATES_MS = 1_000;

const STATE_TOPICS: readonly StateTopic[] = ["fleet", "map"];

/** Throws OPTION_INVALID. */
export function createLiveHub(parts: LiveHubParts, given?: Partial<LiveHubOptions>): LiveHub {
  const { clock, history } = parts;
  const options = withDefaults(LIVE_HUB_DEFAULTS, given);
  checkInteger("readersMax", options.readersMax, 1, 10_000);
  checkInteger("waitingBytesMax", options.waitingBytesMax, 1);
  const state = createLiveState(parts);
  const lists = createLiveLists();
  const readers = new Set<ListReader>();
  const timers = new Map<string, Cancel>();
  let stopListening: Cancel | undefined;

  /** Runs `task` once after `ms`, unless it is to run already. */
  const soon = (name: string, ms: number, task: () => void) => {
    if (timers.has(name)) return;
    const run = () => {
      timers.delete(name);
      task();
    };
    timers.set(name, clock.after(ms, run));
  };
  const look = (topic: StateTopic) => {
    const watching = [...readers].filter(({ topics }) => topics.has(topic));
    if (watching.length === 0) return;
    for (const frame of state.changes(topic)) for (const { reader } of watching) reader.tell(topic, frame);
  };
  const tick = () => {
    for (const topic of STATE_TOPICS) look(topic);
    soon("rates", RATES_MS, tick);
  };
  const flush = () => lists.flush(readers);
  const listen = () => {
    stopListening ??= history.onAppended((appended) => {
      lists.add(appended);
      if (lists.hasNews()) soon("lists", SOON_MS, flush);
    });
  };
  const removed = (reader: ListReader) => {
    readers.delete(reader);
    if (readers.size > 0) return;
    for (const cancel of timers.values()) cancel();
    timers.clear();
    stopListening?.();
    stopListening = undefined;
    lists.clear();
  };
  return {
    add(query) {
      if (readers.size >= options.readersMax) return undefined;
      const { topics } = query;
      const states = STATE_TOPICS.filter((topic) => topics.has(topic));
      // A look now, told to those who are there already: the new one gets the whole as of this look.
      for (const topic of states) for (const frame of state.changes(topic)) tellOthers(readers, topic, frame);
      const reader = createLiveReader({
        clock,
        whole: state.whole,
        topics: states,
        waitingBytesMax: options.waitingBytesMax,
        onEnd: () => removed(entry),
      });
      const entry: ListReader = {
        reader,
        topics,
        filters: liveFilters(query),
        dropped: { traces: 0, logs: 0, exchanges: 0 },
      };
      readers.add(entry);
      if (wantsLists(topics)) listen();
      if (states.length > 0) soon("rates", RATES_MS, tick);
      return reader;
    },
    changed() {
      if (readers.size > 0) soon("changed", SOON_MS, () => look("fleet"));
    },
    size: () => readers.size,
    close() {
      for (const { reader } of [...readers]) void reader.return();
    },
  };
}

function tellOthers(readers: Iterable<ListReader>, topic: LiveTopic, frame: Buffer): void {
  for (const { reader, topics } of readers) if (topics.has(topic)) reader.tell(topic, frame);
}

function wantsLists(topics: ReadonlySet<LiveTopic>): boolean {
  return topics.has("traces") || topics.has("logs") || topics.has("exchanges");
}
