import type { Cancel } from "../core/clock.ts";
import { checkDurationMs, checkInteger, withDefaults } from "../core/options.ts";
import type { Ports } from "../core/service.ts";
import { createBoundedQueue, type QueueLimits } from "./bounded-queue.ts";
import type { Posted } from "./otlp-sender.ts";

export interface BatchesOptions extends QueueLimits {
  /** Most items held, those under way included. Default 4 096. */
  readonly itemsMax: number;
  /** Most bytes held, by what `add` was told. Default 8 MiB. */
  readonly bytesMax: number;
  /** Items in one request. Default 512. */
  readonly batchItemsMax: number;
  /** Bytes in one request, or one item. Default 1 MiB. */
  readonly batchBytesMax: number;
  /** From the first item to its request, in ms. Default 500: it should be on a screen within a second. */
  readonly intervalMs: number;
  /** Longest pause after failures, in ms; it doubles from the interval. Default 30 000. */
  readonly pauseMsMax: number;
}

const BATCHES_DEFAULTS: BatchesOptions = Object.freeze({
  itemsMax: 4_096,
  bytesMax: 8 * 1_024 * 1_024,
  batchItemsMax: 512,
  batchBytesMax: 1_024 * 1_024,
  intervalMs: 500,
  pauseMsMax: 30_000,
});

/** Collects items and posts them together. What does not fit is dropped, the oldest first, and counted. */
export interface Batches<Item> {
  /** @param bytes About how long it will be when encoded. */
  readonly add: (item: Item, bytes: number) => void;
  /** Posts what is held, once, whatever the pause. Never rejects. */
  readonly flush: () => Promise<void>;
  /** Items dropped since the start: for want of room, or because they were refused. */
  readonly dropped: () => number;
}

export interface BatchesParts<Item, Body = string> {
  readonly ports: Ports;
  readonly encode: (items: readonly Item[]) => Body;
  /** One at a time: the next batch is encoded when this one is done with. */
  readonly post: (body: Body) => Promise<Posted>;
}

/** Nothing runs, not even a timer, while nothing is held. Throws OPTION_INVALID. */
export function createBatches<Item, Body = string>(
  parts: BatchesParts<Item, Body>,
  given?: Partial<BatchesOptions>,
): Batches<Item> {
  const options = withDefaults(BATCHES_DEFAULTS, given);
  checkInteger("itemsMax", options.itemsMax, 1);
  checkInteger("batchItemsMax", options.batchItemsMax, 1);
  checkDurationMs("intervalMs", options.intervalMs, 1);
  const { clock, random } = parts.ports;
  const queue = createBoundedQueue<Item>(options);
  let refused = 0;
  let failures = 0;
  let cancel: Cancel | undefined;
  let hurried = false;
  let posting: Promise<void> | undefined;

  /** Posts one batch; how long to wait then, in ms: 0 when it went well. */
  const postBatch = async (): Promise<number> => {
    const batch = queue.take();
    const posted = await post(parts, batch.items);
    if (posted.kind === "refused") refused += batch.items.length;
    if (posted.kind !== "later") {
      failures = 0;
      return 0;
    }
    failures += 1;
    queue.putBack(batch);
    const pauseMs = Math.min(options.pauseMsMax, options.intervalMs * 2 ** Math.min(failures, 16));
    return Math.max(posted.afterMs, pauseMs * (0.5 + random() / 2));
  };
  const run = async () => {
    let waitMs = 0;
    do {
      waitMs = await postBatch();
    } while (waitMs === 0 && queue.isFull());
    posting = undefined;
    if (queue.length() > 0) schedule(waitMs || options.intervalMs);
  };
  const schedule = (ms: number) => {
    cancel = clock.after(ms, () => {
      stopTimer();
      posting = run();
    });
  };
  const stopTimer = () => {
    cancel?.();
    cancel = undefined;
    hurried = false;
  };

  return {
    add(item, bytes) {
      queue.add(item, bytes);
      if (posting !== undefined) return;
      if (cancel === undefined) schedule(options.intervalMs);
      else if (queue.isFull() && !hurried && failures === 0) {
        // At once, but not inside the request that filled it; after a failure the pause stands.
        stopTimer();
        hurried = true;
        schedule(0);
      }
    },
    async flush() {
      await posting;
      stopTimer();
      // bounded: each round takes a batch, and the first that is not taken ends it
      while (queue.length() > 0 && (await postBatch()) === 0);
    },
    dropped: () => refused + queue.dropped(),
  };
}

/** What cannot be encoded is lost, but must not end the process as an unhandled rejection. */
async function post<Item, Body>(
  { encode, post: send }: BatchesParts<Item, Body>,
  batch: readonly Item[],
): Promise<Posted> {
  try {
    return await send(encode(batch));
  } catch {
    return { kind: "refused" };
  }
}
