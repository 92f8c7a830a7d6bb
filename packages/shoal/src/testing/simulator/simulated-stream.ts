import { shoalError } from "../../core/errors.ts";
import { ReplyStream } from "../../transport/reply-stream.ts";
import type { Host } from "./host.ts";
import type { SimulatedProcess } from "./simulated-process.ts";
import type { WorldClock } from "./world-clock.ts";

/** Bytes on their way, or waiting for their reader, before the sender is held up: each of the two. */
const WINDOW_BYTES = 64 * 1_024;
/** As in the HTTP transport. */
const IDLE_MS = 60_000;

export interface SimulatedStreamParts {
  readonly body: AsyncIterable<Uint8Array>;
  readonly host: Host;
  readonly reader: SimulatedProcess;
  readonly clock: WorldClock;
  readonly latencyMs: () => number;
  /** True when what is sent now never arrives; then nothing that is sent later does. */
  readonly isLost: () => boolean;
  /** Tells the handler, after the news has arrived, that its reader has gone. */
  readonly leave: () => void;
}

/**
 * The body of a reply on its way over the network: chunks arrive in order, each after the link's latency; a slow reader
 * holds the sender up; a process that dies breaks it off, and a link that is cut says nothing at all.
 */
export function simulatedStream(parts: SimulatedStreamParts): ReplyStream {
  const { body, host, reader, clock } = parts;
  const source = body[Symbol.asyncIterator]();
  let bytesOnWay = 0;
  let lastArrivalMs = 0;
  let paused = false;
  let asking = false;
  let over = false;

  /** Not before what was sent before it. */
  const arrive = (task: () => void) => {
    lastArrivalMs = Math.max(lastArrivalMs, clock.now() + parts.latencyMs());
    clock.after(lastArrivalMs - clock.now(), () => reader.whenAwake(task));
  };
  const lose = () => {
    over = true;
    const message = `${host.process.id} closed the connection in the midst of its reply`;
    arrive(() => stream.end(shoalError("CONNECTION_LOST", { message })));
  };
  const send = (chunk: IteratorResult<Uint8Array>) => {
    asking = false;
    if (over || !host.process.isAlive()) return;
    over = chunk.done === true || parts.isLost();
    if (chunk.done === true) {
      arrive(() => stream.end());
      return;
    }
    if (over) return;
    const copy = new Uint8Array(chunk.value);
    bytesOnWay += copy.byteLength;
    arrive(() => {
      bytesOnWay -= copy.byteLength;
      stream.push(copy);
      ask();
    });
    ask();
  };
  const ask = () => {
    if (over || asking || paused || bytesOnWay > WINDOW_BYTES) return;
    asking = true;
    source.next().then(send, lose);
  };

  const stopWatching = host.onCut(lose);
  const stream = new ReplyStream(
    {
      pause() {
        paused = true;
      },
      resume() {
        paused = false;
        ask();
      },
      abort() {
        over = true;
        parts.leave();
      },
    },
    { clock: reader.clock, bufferBytesMax: WINDOW_BYTES, idleMs: IDLE_MS },
  );
  void stream.finished.then(stopWatching);
  ask();
  return stream;
}
