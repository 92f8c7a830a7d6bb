import { checkDurationMs, checkInteger, checkOption, withDefaults } from "../core/options.ts";
import {
  HTTP_LISTENER_DEFAULTS,
  type HttpListenerOptions,
  resolveHttpListenerOptions,
} from "../transport/http-listener-parts.ts";
import type { IdempotencyStore } from "./idempotency-store.ts";

/** How a service is served. Every option has a safe default; the numbers come from docs/decisions and resilience research. */
export interface ServeOptions extends HttpListenerOptions {
  /** A request's body, in bytes; over it: 413. Default 1 048 576. */
  readonly bodyBytesMax: number;
  /**
   * Requests in progress at once, at most. Default 256. A request whose deadline passed counts until its handler has
   * settled: work that goes on is load, whoever waits for it.
   */
  readonly concurrencyMax: number;
  /**
   * Requests at once that are always allowed, whatever the event loop's delay, 1 or more. Default 8: with less work than
   * that for each turn of the loop, it is late because of something else.
   */
  readonly concurrencyMin: number;
  /**
   * Whether the limit adapts between the two: it falls while the event loop is late, for then more at once only means
   * that each takes longer, and rises else. Handlers that wait for others, however long, do not lower it. Default true.
   */
  readonly adaptive: boolean;
  /**
   * Requests that wait for their turn; one more is nacked, or takes the place of one that matters less. First come
   * first served while the wait is short, the newest first when it is long. 0 or more; default 128.
   */
  readonly waitersMax: number;
  /**
   * How long requests may queue, in the event loop and for their turn, in ms; over it requests are refused, `sheddable`
   * ones first, `critical` ones never for this, until what remains queues no longer. Default 20, as in WeChat's DAGOR.
   * Raise it for handlers that compute for longer than that in one go; 2 147 483 647 is never.
   */
  readonly queueDelayMsMax: number;
  /** Longest time a request may take, waiting included, in ms; less when its caller says so. Then 504. Default 10 000. */
  readonly handlerMs: number;
  /**
   * How long a handler that goes on after its deadline keeps its place among `concurrencyMax`, in ms. After that it is
   * taken for hung: its place is given away, it is counted and logged. Default 60 000.
   */
  readonly hungMs: number;
  /**
   * Streams sent at once; one more is nacked. Default 1 000. A stream counts here and not among `concurrencyMax` once its
   * first item is out: one that waits for news is no work, and must not keep others from theirs.
   */
  readonly streamsMax: number;
  /** How long a stream without an item stays silent, in ms; then a comment says that it lives. Default 10 000. */
  readonly streamHeartbeatMs: number;
  /** How long a caller may take nothing of a stream that has something for it, in ms; then it has gone. Default 300 000. */
  readonly streamUnreadMs: number;
  /** Answers kept for `Idempotency-Key`. Default: 10 000 in memory, 64 MiB, 24 h. */
  readonly idempotencyStore: IdempotencyStore | undefined;
  /** Whether the service can do its work; asked by /health/ready. A throw is a no. Default: always ready. */
  readonly ready: (() => boolean | Promise<boolean>) | undefined;
  /** How long `ready` may take, in ms; then it is a no. Default 1 000. */
  readonly readyMs: number;
  /**
   * Between leaving the registry and refusing connections, in ms: callers hear of it meanwhile and requests are still
   * answered. Default 250, as long as the slowest resolver on one machine needs.
   */
  readonly drainPropagationMs: number;
  /** How long requests in progress may take to end after that, in ms; then they are cut. Default 10 000. */
  readonly drainMs: number;
}

export const SERVE_DEFAULTS: ServeOptions = Object.freeze({
  ...HTTP_LISTENER_DEFAULTS,
  bodyBytesMax: 2 ** 20,
  concurrencyMax: 256,
  concurrencyMin: 8,
  adaptive: true,
  waitersMax: 128,
  queueDelayMsMax: 20,
  handlerMs: 10_000,
  hungMs: 60_000,
  streamsMax: 1_000,
  streamHeartbeatMs: 10_000,
  streamUnreadMs: 300_000,
  idempotencyStore: undefined,
  ready: undefined,
  readyMs: 1_000,
  drainPropagationMs: 250,
  drainMs: 10_000,
});

/** Fills in the defaults and validates. Throws OPTION_INVALID. */
export function resolveServeOptions(given: Partial<ServeOptions> | undefined): ServeOptions {
  const options = withDefaults(SERVE_DEFAULTS, given);
  resolveHttpListenerOptions(listenerOptionsOf(options));
  checkInteger("bodyBytesMax", options.bodyBytesMax, 0, 2 ** 30);
  checkInteger("concurrencyMax", options.concurrencyMax, 1);
  checkInteger("concurrencyMin", options.concurrencyMin, 1);
  checkOption(typeof options.adaptive === "boolean", "adaptive", "true or false", options.adaptive);
  checkInteger("waitersMax", options.waitersMax, 0);
  checkDurationMs("queueDelayMsMax", options.queueDelayMsMax, 1);
  checkDurationMs("handlerMs", options.handlerMs, 1);
  checkDurationMs("hungMs", options.hungMs);
  checkInteger("streamsMax", options.streamsMax, 1);
  checkDurationMs("streamHeartbeatMs", options.streamHeartbeatMs, 1);
  checkDurationMs("streamUnreadMs", options.streamUnreadMs, 1);
  checkDurationMs("readyMs", options.readyMs, 1);
  checkDurationMs("drainPropagationMs", options.drainPropagationMs);
  checkDurationMs("drainMs", options.drainMs);
  return Object.freeze(options);
}

/** The part of the options that is the listener's. */
export function listenerOptionsOf(options: ServeOptions): HttpListenerOptions {
  const { headerBytesMax, headersMs, requestMs, keepAliveMs, requestsPerConnectionMax, connectionsMax } = options;
  return { headerBytesMax, headersMs, requestMs, keepAliveMs, requestsPerConnectionMax, connectionsMax };
}
