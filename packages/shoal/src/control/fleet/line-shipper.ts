import type { Cancel, Clock } from "../../core/clock.ts";
import { createLineRedactor } from "../../telemetry/redact-lines.ts";
import { createLineBuffer, type FleetLine } from "./line-buffer.ts";

export interface LineShipper {
  readonly push: (line: FleetLine) => void;
  readonly onLines: (listener: (lines: readonly FleetLine[]) => void) => Cancel;
  /** The control plane is there (again): what waits is sent. */
  readonly resume: () => void;
  /** Gives out what there is, tries once more to send it, and stops. */
  readonly close: () => Promise<void>;
}

/** Lines are handed out this often, in ms: a reader does not notice, and a batch costs little more than a line. */
const BATCH_MS = 100;
/** Pause after the control plane did not take a batch, in ms. */
const RETRY_MS = 1_000;
/** Lines that wait while the control plane is down; beyond, the oldest are dropped and counted. */
const WAITING_MAX = 10_000;
/** Of one request: its body must stay under the 1 MiB that a service takes. */
const BATCH_LINES_MAX = 2_000;
const BATCH_BYTES_MAX = 900 * 1024;
/** Of a line in a request, beside its text: names, time, braces. */
const LINE_OVERHEAD_BYTES = 300;

type Send = (lines: readonly FleetLine[], dropped: number) => Promise<boolean>;

/** Collects what processes print, in bounded space and without its secrets, and hands it out in batches: to listeners, and to the control plane. */
export function createLineShipper(clock: Clock, send: Send): LineShipper {
  const buffer = createLineBuffer();
  const redact = createLineRedactor();
  const listeners = new Set<(lines: readonly FleetLine[]) => void>();
  let waiting: FleetLine[] = [];
  let dropped = 0;
  let sending: Promise<void> | undefined;
  let pausedUntilMs = 0;
  let cancel: Cancel | undefined;

  const handOut = () => {
    cancel = undefined;
    const batch = buffer.take();
    const lines = batch.lines.map((line) => {
      const text = redact(`${line.instance} ${line.stream}`, line.text);
      return text === line.text ? line : { ...line, text };
    });
    for (const [instance, count] of batch.dropped) {
      dropped += count;
      const of = lines.find((line) => line.instance === instance);
      if (of)
        lines.push({ ...of, stream: "shoal", text: `${count} lines dropped: it prints faster than they can be kept` });
    }
    if (lines.length === 0) return;
    for (const listener of listeners) listener(lines);
    waiting.push(...lines);
    if (waiting.length > WAITING_MAX) {
      dropped += waiting.length - WAITING_MAX;
      waiting = waiting.slice(-WAITING_MAX);
    }
    start();
  };
  const start = () => {
    if (clock.now() >= pausedUntilMs) sending ??= sendAll().finally(() => (sending = undefined));
  };
  const sendAll = async () => {
    while (waiting.length > 0) {
      const count = batchLength(waiting);
      const told = dropped;
      const batch = waiting.splice(0, count);
      if (await send(batch, told)) {
        dropped -= told;
        continue;
      }
      waiting = [...batch, ...waiting].slice(-WAITING_MAX);
      pausedUntilMs = clock.now() + RETRY_MS;
      clock.after(RETRY_MS, start);
      return;
    }
  };

  return {
    push(line) {
      buffer.push(line);
      cancel ??= clock.after(BATCH_MS, handOut);
    },
    onLines(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    resume() {
      pausedUntilMs = 0;
      start();
    },
    async close() {
      cancel?.();
      await sending;
      pausedUntilMs = 0;
      handOut();
      start();
      await sending;
    },
  };
}

/** How many of the oldest lines fit into one request; at least one. A character takes up to 3 bytes in UTF-8. */
function batchLength(lines: readonly FleetLine[]): number {
  let bytes = 0;
  let count = 0;
  for (const line of lines) {
    bytes += line.text.length * 3 + LINE_OVERHEAD_BYTES;
    if (count > 0 && (bytes > BATCH_BYTES_MAX || count >= BATCH_LINES_MAX)) break;
    count += 1;
  }
  return count;
}
