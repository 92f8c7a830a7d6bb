import type { Clock } from "../core/clock.ts";
import type { Log } from "../core/log.ts";
import { checkDurationMs, checkInteger, withDefaults } from "../core/options.ts";
import type { Handler } from "./port.ts";

/** Limits of a listener: what a client may cost before its request is even looked at. */
export interface HttpListenerOptions {
  /** All header lines of a request, in bytes; over it: 431. Default 16 384, as in Node. */
  readonly headerBytesMax: number;
  /** From a request's first byte to the end of its headers, in ms; then 408. Default 10 000. */
  readonly headersMs: number;
  /** From a request's first byte to its last, in ms; then 408. Default 30 000. */
  readonly requestMs: number;
  /** How long an idle connection stays open, in ms. Default 65 000: longer than any client of ours keeps it. */
  readonly keepAliveMs: number;
  /** Requests on one connection before it is closed, so that load spreads again; 0 is no limit. Default 0. */
  readonly requestsPerConnectionMax: number;
  /** Open connections; one more is closed at once. Default 10 000. */
  readonly connectionsMax: number;
}

export const HTTP_LISTENER_DEFAULTS: HttpListenerOptions = Object.freeze({
  headerBytesMax: 16_384,
  headersMs: 10_000,
  requestMs: 30_000,
  keepAliveMs: 65_000,
  requestsPerConnectionMax: 0,
  connectionsMax: 10_000,
});

/** Fills in the defaults and validates. Throws OPTION_INVALID. */
export function resolveHttpListenerOptions(given: Partial<HttpListenerOptions> | undefined): HttpListenerOptions {
  const options = withDefaults(HTTP_LISTENER_DEFAULTS, given);
  checkInteger("headerBytesMax", options.headerBytesMax, 256, 2 ** 20);
  checkDurationMs("headersMs", options.headersMs, 1);
  checkDurationMs("requestMs", options.requestMs, options.headersMs);
  checkDurationMs("keepAliveMs", options.keepAliveMs, 1);
  checkInteger("requestsPerConnectionMax", options.requestsPerConnectionMax, 0);
  checkInteger("connectionsMax", options.connectionsMax, 1);
  return Object.freeze(options);
}

/** Where to listen, and what for. */
export interface HttpListenerParts {
  /** The service's name, for problem documents. */
  readonly service: string;
  readonly handler: Handler;
  /** Told of each connection that is taken. Default: nobody is told. */
  readonly onConnection?: () => void;
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly clock: Pick<Clock, "after">;
  readonly log: Log;
  readonly options?: Partial<HttpListenerOptions>;
  /** Whether connections may be upgraded to the multiplexed wire (docs/wire.md). Default true. */
  readonly mux?: boolean;
}
