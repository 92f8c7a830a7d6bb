/** The limits of a queue: of what it holds, and of what is taken from it at once. */
export interface QueueLimits {
  readonly itemsMax: number;
  readonly bytesMax: number;
  readonly batchItemsMax: number;
  readonly batchBytesMax: number;
}

interface Batch<Item> {
  readonly items: readonly Item[];
  readonly sizes: readonly number[];
}

/** Items in their order, bounded by number and by bytes. What does not fit is dropped, the oldest first, and counted. */
export interface BoundedQueue<Item> {
  readonly add: (item: Item, bytes: number) => void;
  /** The oldest items, as many as one batch holds; at least one of any size, if there is one. */
  readonly take: () => Batch<Item>;
  /** Puts a batch back in front. */
  readonly putBack: (batch: Batch<Item>) => void;
  readonly length: () => number;
  /** True when it holds enough for a whole batch. */
  readonly isFull: () => boolean;
  /** Items dropped since the start. */
  readonly dropped: () => number;
}

export function createBoundedQueue<Item>(limits: QueueLimits): BoundedQueue<Item> {
  let items: Item[] = [];
  let sizes: number[] = [];
  let bytes = 0;
  let dropped = 0;

  /** Drops the oldest, an eighth at once: one by one, each would move the whole list. */
  const makeRoom = () => {
    const least = Math.ceil(limits.itemsMax / 8);
    let count = 0;
    while (count < items.length && (count < least || bytes > limits.bytesMax)) {
      bytes -= sizes[count] ?? 0;
      count += 1;
    }
    dropped += count;
    items = items.slice(count);
    sizes = sizes.slice(count);
  };

  return {
    add(item, size) {
      if (size > limits.bytesMax) {
        dropped += 1;
        return;
      }
      if (items.length >= limits.itemsMax || bytes + size > limits.bytesMax) makeRoom();
      items.push(item);
      sizes.push(size);
      bytes += size;
    },
    take() {
      let count = 0;
      let taken = 0;
      while (count < items.length && count < limits.batchItemsMax) {
        taken += sizes[count] ?? 0;
        if (count > 0 && taken > limits.batchBytesMax) break;
        count += 1;
      }
      const batch = { items: items.splice(0, count), sizes: sizes.splice(0, count) };
      for (const size of batch.sizes) bytes -= size;
      return batch;
    },
    putBack(batch) {
      items = [...batch.items, ...items];
      sizes = [...batch.sizes, ...sizes];
      for (const size of batch.sizes) bytes += size;
      // bounded: each round drops at least one
      while (items.length > limits.itemsMax || bytes > limits.bytesMax) makeRoom();
    },
    length: () => items.length,
    isFull: () => items.length >= limits.batchItemsMax || bytes >= limits.batchBytesMax,
    dropped: () => dropped,
  };
}
