import { checkDurationMs, checkInteger, withDefaults } from "../../core/options.ts";
import { WINDOW_BYTES_MAX } from "./protocol.ts";

/** What one side of a mux connection takes in, and how long it waits. Both sides have the same defaults. */
export interface MuxOptions {
  /** A frame's payload, in bytes, 1 024 to 16 777 215. Default 65 536: a few µs of work, so that no call waits long behind another's. */
  readonly frameBytesMax: number;
  /** The head of a request or reply, in bytes, 256 to 65 536. Default 16 384, as Node's for HTTP. */
  readonly headBytesMax: number;
  /** A body that comes in the same frame as its head, in bytes. Default 16 384: it needs no window, so `callsMax` times this may be held. */
  readonly inlineBytesMax: number;
  /** Calls at once, 0 to 65 536. Default 1 024: more than any instance should be at work on. */
  readonly callsMax: number;
  /** Bytes of a call's body that may be on their way unread. Default 262 144: 2 Gbit/s at 1 ms. */
  readonly callWindowBytes: number;
  /** The same for all bodies of the connection. Default 8 388 608: 32 readers may stand still before others wait. */
  readonly connectionWindowBytes: number;
  /** A connection with calls under way that was silent for so long is asked whether it lives, in ms. Default 5 000. */
  readonly pingMs: number;
  /** Without an answer in so long it is given up, in ms. Default 15 000: an event loop may stand still for some seconds. */
  readonly pongMs: number;
  /** A connection without a call for so long is closed, in ms. Default 60 000. */
  readonly idleMs: number;
  /** Pings that are answered in a second; more end the connection. Default 100. */
  readonly pingsMax: number;
  /** Calls cancelled before their answer in a second, and four times that at once; more end the connection (CVE-2023-44487). Default 1 024. */
  readonly cancelsMax: number;
  /** Bytes that the other side has not taken yet, from which on no further request is read or sent. Default 4 194 304. */
  readonly bufferBytesMax: number;
  /** A reply that says it is no longer than this is read into memory before it is handed on. Default 1 048 576, as over HTTP. */
  readonly memoryBytesMax: number;
  /** A body fails when for so long nothing of it arrives, or nothing is read, in ms. Default 60 000. */
  readonly bodyIdleMs: number;
}

export const MUX_DEFAULTS: MuxOptions = Object.freeze({
  frameBytesMax: 65_536,
  headBytesMax: 16_384,
  inlineBytesMax: 16_384,
  callsMax: 1_024,
  callWindowBytes: 262_144,
  connectionWindowBytes: 8_388_608,
  pingMs: 5_000,
  pongMs: 15_000,
  idleMs: 60_000,
  pingsMax: 100,
  cancelsMax: 1_024,
  bufferBytesMax: 4_194_304,
  memoryBytesMax: 1_048_576,
  bodyIdleMs: 60_000,
});

/** Fills in the defaults and validates. Throws OPTION_INVALID. */
export function resolveMuxOptions(given: Partial<MuxOptions> | undefined): MuxOptions {
  const options = withDefaults(MUX_DEFAULTS, given);
  checkInteger("frameBytesMax", options.frameBytesMax, 1_024, 2 ** 24 - 1);
  checkInteger("headBytesMax", options.headBytesMax, 256, Math.min(65_536, options.frameBytesMax));
  checkInteger("inlineBytesMax", options.inlineBytesMax, 0, options.frameBytesMax);
  checkInteger("callsMax", options.callsMax, 0, 65_536);
  checkInteger("callWindowBytes", options.callWindowBytes, 1_024, WINDOW_BYTES_MAX);
  checkInteger("connectionWindowBytes", options.connectionWindowBytes, options.callWindowBytes, WINDOW_BYTES_MAX);
  checkDurationMs("pingMs", options.pingMs, 1);
  checkDurationMs("pongMs", options.pongMs, 1);
  checkDurationMs("idleMs", options.idleMs, 1);
  checkInteger("pingsMax", options.pingsMax, 1);
  checkInteger("cancelsMax", options.cancelsMax, 1);
  checkInteger("bufferBytesMax", options.bufferBytesMax, 1_024);
  checkInteger("memoryBytesMax", options.memoryBytesMax, 0);
  checkDurationMs("bodyIdleMs", options.bodyIdleMs, 1);
  return Object.freeze(options);
}
