import { checkInteger, withDefaults } from "../../core/options.ts";
import type { LogLine } from "../api/contract.ts";

/** A line as a supervisor hands it out: the control plane numbers it later. */
export type FleetLine = Omit<LogLine, "seq">;

export interface LineBufferOptions {
  /** Lines kept per source. Default 2 000: with a batch each 100 ms, 20 000 lines/s of one instance come through. */
  readonly linesMax: number;
  /** Characters kept per source. Default 512 Ki. */
  readonly charactersMax: number;
}

const LINE_BUFFER_DEFAULTS: LineBufferOptions = Object.freeze({ linesMax: 2_000, charactersMax: 512 * 1024 });

interface LineBatch {
  /** In the order of their time. */
  readonly lines: readonly FleetLine[];
  /** Lines that did not fit since the last batch, by instance. */
  readonly dropped: ReadonlyMap<string, number>;
}

/**
 * Holds lines until they are taken. Each source has its own room, so that one that prints 100 MB pushes out
 * only its own lines, the oldest first.
 */
export interface LineBuffer {
  readonly push: (line: FleetLine) => void;
  readonly take: () => LineBatch;
}

interface Queue {
  lines: FleetLine[];
  /** Index of the oldest line; those before it are gone. Cheaper than shifting an array of thousands. */
  head: number;
  characters: number;
  dropped: number;
}

/** Throws OPTION_INVALID. */
export function createLineBuffer(given?: Partial<LineBufferOptions>): LineBuffer {
  const options = withDefaults(LINE_BUFFER_DEFAULTS, given);
  checkInteger("linesMax", options.linesMax, 1);
  checkInteger("charactersMax", options.charactersMax, 1);
  let queues = new Map<string, Queue>();

  return {
    push(line) {
      const queue = queues.get(line.instance) ?? { lines: [], head: 0, characters: 0, dropped: 0 };
      queues.set(line.instance, queue);
      queue.lines.push(line);
      queue.characters += line.text.length;
      while (queue.lines.length - queue.head > options.linesMax || queue.characters > options.charactersMax) {
        if (queue.lines.length - queue.head === 1) break;
        dropOldest(queue);
      }
      if (queue.head > options.linesMax) compact(queue);
    },
    take() {
      const taken = queues;
      queues = new Map();
      const lines = [...taken.values()].flatMap((queue) => queue.lines.slice(queue.head));
      lines.sort((left, right) => left.timeMs - right.timeMs);
      const dropped = [...taken].flatMap(([instance, queue]) =>
        queue.dropped > 0 ? [[instance, queue.dropped] as const] : [],
      );
      return { lines, dropped: new Map(dropped) };
    },
  };
}

function dropOldest(queue: Queue): void {
  queue.characters -= queue.lines[queue.head]?.text.length ?? 0;
  queue.head += 1;
  queue.dropped += 1;
}

function compact(queue: Queue): void {
  queue.lines = queue.lines.slice(queue.head);
  queue.head = 0;
}
