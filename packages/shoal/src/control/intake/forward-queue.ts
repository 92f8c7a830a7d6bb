/** A body to be sent on. */
export interface ForwardRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
}

/** What waits to be sent on, the oldest first, bounded by its bytes. */
export interface ForwardQueue {
  readonly putLast: (request: ForwardRequest) => void;
  /** Back to where it was taken from. */
  readonly putFirst: (request: ForwardRequest) => void;
  readonly take: () => ForwardRequest | undefined;
  readonly clear: () => void;
}

/** @param onDrop Called for each one that had to make room; the oldest does. */
export function createForwardQueue(bytesMax: number, onDrop: () => void): ForwardQueue {
  const waiting: ForwardRequest[] = [];
  let bytes = 0;
  const take = () => {
    const request = waiting.shift();
    bytes -= request?.bytes.byteLength ?? 0;
    return request;
  };
  const fit = (added: ForwardRequest) => {
    bytes += added.bytes.byteLength;
    while (bytes > bytesMax && take() !== undefined) onDrop();
  };
  return {
    take,
    putLast(request) {
      waiting.push(request);
      fit(request);
    },
    putFirst(request) {
      waiting.unshift(request);
      fit(request);
    },
    clear() {
      waiting.length = 0;
      bytes = 0;
    },
  };
}
