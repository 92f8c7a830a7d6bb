import type { MuxSession } from "../transport/mux/session.ts";
import type { Wire } from "../transport/mux/wire.ts";

/** One direction-pair's end of a connection in memory: what a session writes, its peer receives in a later tick. */
export interface MemoryWire extends Wire {
  /** Where what is written goes; to be set before the first tick is over. */
  receiver: Receiver | undefined;
  /** While true nothing is delivered, and it counts as buffered: the network, or the other side, takes no more. */
  stalled: boolean;
  /** From then on what is written is lost, and nobody is told: a cable that was pulled. */
  pulled: boolean;
  /** Delivers what was held while it was stalled. */
  readonly release: () => void;
  /** Bytes written so far. */
  readonly writtenBytes: () => number;
  /** Writes so far: batches, not frames. */
  readonly writes: () => number;
  readonly isClosed: () => boolean;
  readonly isDestroyed: () => boolean;
  readonly isPaused: () => boolean;
}

/** What receives from a wire: a session, or a test that plays one. */
type Receiver = Pick<MuxSession, "receive" | "lost">;

/** @param writer Told when what it wrote was taken. */
export function createMemoryWire(writer: () => Pick<MuxSession, "drained"> | undefined): MemoryWire {
  const queue: Buffer[] = [];
  let queuedBytes = 0;
  let writtenBytes = 0;
  let writes = 0;
  let closed = false;
  let destroyed = false;
  let paused = false;
  let due = false;

  const deliver = () => {
    due = false;
    if (wire.stalled) return;
    const chunks = queue.splice(0);
    queuedBytes = 0;
    for (const chunk of chunks) wire.receiver?.receive(chunk);
    if (closed) wire.receiver?.lost(new Error("the other side closed it"));
    else if (chunks.length > 0) writer()?.drained();
  };
  const deliverSoon = () => {
    if (due) return;
    due = true;
    process.nextTick(deliver);
  };
  const add = (bytes: Uint8Array) => {
    if (closed) return;
    writtenBytes += bytes.length;
    if (wire.pulled) return;
    queue.push(Buffer.from(bytes)); // the writer uses its memory again
    queuedBytes += bytes.length;
    deliverSoon();
  };
  const close = () => {
    closed = true;
    if (!wire.pulled) deliverSoon();
  };
  const wire: MemoryWire = {
    receiver: undefined,
    stalled: false,
    pulled: false,
    write(bytes) {
      writes += 1;
      add(bytes);
      return true;
    },
    writeAll(parts) {
      writes += 1;
      for (const part of parts) add(part);
      return true;
    },
    bufferedBytes: () => queuedBytes,
    pause: () => {
      paused = true;
    },
    resume: () => {
      paused = false;
    },
    end: close,
    destroy() {
      destroyed = true;
      close();
    },
    release() {
      wire.stalled = false;
      deliverSoon();
    },
    writtenBytes: () => writtenBytes,
    writes: () => writes,
    isClosed: () => closed,
    isDestroyed: () => destroyed,
    isPaused: () => paused,
  };
  return wire;
}
