import type { Cancel, Clock } from "../../core/clock.ts";
import type { LiveTopic } from "../api/live-events.ts";

/** Whoever reads a live stream: what waits for them is bounded, and they pull it as fast as they can. */
export interface LiveReader extends AsyncIterator<Uint8Array, undefined, undefined> {
  /** An event that may be left out. False when too much waits already: then it is left out. */
  readonly offer: (frame: Buffer) => boolean;
  /** An event about what a topic is now. When too much waits, the topic is told as a whole later instead. */
  readonly tell: (topic: LiveTopic, frame: Buffer) => void;
  readonly next: () => Promise<IteratorResult<Uint8Array, undefined>>;
  readonly return: () => Promise<IteratorReturnResult<undefined>>;
}

export interface LiveReaderParts {
  readonly clock: Clock;
  /** What a topic is now, as events. */
  readonly whole: (topic: LiveTopic) => readonly Buffer[];
  /** Topics that it is told of as a whole, first of all. */
  readonly topics: readonly LiveTopic[];
  /** What may wait, in bytes. */
  readonly waitingBytesMax: number;
  readonly onEnd: () => void;
}

/** Pause after which a silent stream says that it is still there, in ms. */
export const HEARTBEAT_MS = 10_000;

const DONE = Object.freeze({ done: true, value: undefined } as const);
const HEARTBEAT = Buffer.from(":\n\n");
/** How long a browser waits before it connects again, in ms. */
const HELLO = Buffer.from("retry: 1000\n\n");

type Result = IteratorResult<Uint8Array, undefined>;

export function createLiveReader({ clock, whole, topics, waitingBytesMax, onEnd }: LiveReaderParts): LiveReader {
  let waiting: Buffer[] = [HELLO];
  let waitingBytes = HELLO.byteLength;
  const behind = new Set<LiveTopic>(topics);
  let ended = false;
  let resolveNext: ((result: Result) => void) | undefined;
  let cancelHeartbeat: Cancel = () => {};

  const settle = (result: Result) => {
    cancelHeartbeat();
    const resolve = resolveNext;
    resolveNext = undefined;
    resolve?.(result);
  };
  const add = (frame: Buffer) => {
    waiting.push(frame);
    waitingBytes += frame.byteLength;
  };
  const take = (): Result | undefined => {
    for (const topic of behind) for (const frame of whole(topic)) add(frame);
    behind.clear();
    if (waiting.length === 0) return undefined;
    const value = waiting.length === 1 && waiting[0] ? waiting[0] : Buffer.concat(waiting);
    waiting = [];
    waitingBytes = 0;
    return { done: false, value };
  };
  const wake = () => {
    if (!resolveNext) return;
    const result = take();
    if (result) settle(result);
  };
  return {
    offer(frame) {
      if (ended || waitingBytes + frame.byteLength > waitingBytesMax) return false;
      add(frame);
      wake();
      return true;
    },
    tell(topic, frame) {
      if (ended || behind.has(topic)) return;
      if (waitingBytes + frame.byteLength > waitingBytesMax) behind.add(topic);
      else add(frame);
      wake();
    },
    next() {
      if (ended) return Promise.resolve(DONE);
      const result = take();
      if (result) return Promise.resolve(result);
      return new Promise((resolve) => {
        resolveNext = resolve;
        cancelHeartbeat = clock.after(HEARTBEAT_MS, () => settle({ done: false, value: HEARTBEAT }));
      });
    },
    return() {
      if (!ended) {
        ended = true;
        waiting = [];
        settle(DONE);
        onEnd();
      }
      return Promise.resolve(DONE);
    },
  };
}
