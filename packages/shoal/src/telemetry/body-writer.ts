/** Gathers the body of one request after the other as UTF-8, in memory that is used again. */
export interface BodyWriter {
  /** Begins a body. The one before must not be needed any more. */
  readonly begin: () => void;
  readonly add: (text: string) => void;
  /** What was added since the beginning; a view that the next body overwrites. */
  readonly body: () => Uint8Array;
  /** Leaves the memory to the body in it: something may still be reading it. */
  readonly leave: () => void;
}

const BYTES_MIN = 16_384;
/** A rare larger body is not worth keeping its memory. */
const KEPT_BYTES_MAX = 1_048_576;
/** A UTF-16 unit takes no more in UTF-8. */
const UNIT_BYTES_MAX = 3;

/**
 * Memory that is new has to be asked of the system and made, page by page: for the bodies of telemetry that cost more
 * than to write them.
 */
export function createBodyWriter(): BodyWriter {
  let memory: Buffer = Buffer.alloc(0);
  let at = 0;
  const grow = (bytesMin: number) => {
    let bytes = Math.max(BYTES_MIN, memory.byteLength);
    while (bytes < bytesMin) bytes *= 2;
    const before = memory;
    memory = Buffer.allocUnsafeSlow(bytes);
    before.copy(memory, 0, 0, at);
  };
  return {
    begin() {
      if (memory.byteLength > KEPT_BYTES_MAX) memory = Buffer.alloc(0);
      at = 0;
    },
    add(text) {
      const bytesMin = at + text.length * UNIT_BYTES_MAX;
      if (bytesMin > memory.byteLength) grow(bytesMin);
      at += memory.write(text, at);
    },
    body: () => memory.subarray(0, at),
    leave() {
      memory = Buffer.alloc(0);
      at = 0;
    },
  };
}
