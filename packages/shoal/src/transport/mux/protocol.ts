/**
 * The numbers of the multiplexed wire; docs/wire.md is their reference.
 *
 * A frame is 8 bytes and its payload: u24 length of the payload, u8 kind and flags, u32 call (0: the connection).
 * Numbers are big-endian.
 */
export const PROTOCOL = "shoal-mux/1";

/** In the first frame of each side; another number is another protocol. */
export const VERSION = 1;

export const FRAME_HEADER_BYTES = 8;

/** A call's first frame is 1 or higher; one that reached this has to go over another connection. */
export const CALL_ID_MAX = 2 ** 31 - 1;

/** In a GO_AWAY: which call is the last is not decided yet. */
export const LAST_CALL_OPEN = 2 ** 32 - 1;

export const KIND = {
  hello: 0,
  request: 1,
  reply: 2,
  data: 3,
  credit: 4,
  cancel: 5,
  ping: 6,
  pong: 7,
  goAway: 8,
} as const;

export const KIND_MASK = 0x3f;
/** The last frame of its direction of the call. */
export const FLAG_END = 0x40;
/** Whoever does not know the kind passes over the frame. */
export const FLAG_IGNORABLE = 0x80;

/** Why a connection goes away; 0 is no error: what is under way is finished. */
export const GO_AWAY = {
  drain: 0,
  protocol: 1,
  tooLarge: 2,
  flowControl: 3,
  tooMany: 4,
  noPong: 5,
  unsupported: 6,
} as const;
export type GoAwayCode = (typeof GO_AWAY)[keyof typeof GO_AWAY];

/** Why a call ends before its time. */
export const CANCEL = {
  /** The client: nobody wants the answer any more. */
  unwanted: 0,
  /** The server: the call was not begun. */
  refused: 1,
  /** The server: there is no answer, or no rest of it. */
  failed: 2,
} as const;

/** Settings of a HELLO: what its sender takes in. */
export const SETTING = {
  frameBytesMax: 1,
  headBytesMax: 2,
  inlineBytesMax: 3,
  callsMax: 4,
  callWindowBytes: 5,
  connectionWindowBytes: 6,
} as const;
/** A setting with this bit that its reader does not know is passed over. */
export const SETTING_IGNORABLE = 0x80;
export const SETTINGS_MAX = 32;

/** A window never holds more. */
export const WINDOW_BYTES_MAX = 2 ** 31 - 1;
export const GO_AWAY_TEXT_BYTES_MAX = 512;
export const PING_BYTES = 8;

/** What is wrong with what the other side sent: it ends the connection, and is told to both. */
export class MuxError extends Error {
  override readonly name = "MuxError";
  readonly code: GoAwayCode;

  constructor(code: GoAwayCode, message: string) {
    super(message);
    this.code = code;
  }
}
