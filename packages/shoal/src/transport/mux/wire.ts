/** What a session needs of its connection; a socket has it (`socket-wire.ts`), and so has a test. */
export interface Wire {
  /** Sends these bytes. True when they have left, and their memory may be used again. */
  readonly write: (bytes: Uint8Array) => boolean;
  /** The same for several parts, which are sent together. */
  readonly writeAll: (parts: readonly Uint8Array[]) => boolean;
  /** What the other side, or the network, has not taken yet. */
  readonly bufferedBytes: () => number;
  /** Nothing more is read until `resume`. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** Closes when what was written has left. */
  readonly end: () => void;
  /** Closes at once. */
  readonly destroy: () => void;
}
