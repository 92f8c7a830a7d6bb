import { createRequire } from "node:module";
import type { Dispatcher, Pool } from "undici";
import type { Cancellation } from "../core/cancellation.ts";
import { cancellationOf } from "../core/context.ts";
import type { HttpReply, HttpRequest } from "../core/message.ts";
import { checkDurationMs, checkInteger, withDefaults } from "../core/options.ts";
import { failure, type Outcome } from "../core/outcome.ts";
import { givenUp, HttpExchange, type HttpExchangeSettings } from "./http-exchange.ts";
import type { Connection, Transport } from "./port.ts";
import { systemClock } from "./system-ports.ts";

export interface HttpClientOptions {
  /** Sockets per instance, 1 to 1 024. Default 256: a ceiling; the client's own limit per instance is far lower. */
  readonly connectionsMax: number;
  /** For TCP (and TLS) to be set up, in ms. Default 1 000, Linkerd's: on a working network it takes a few. */
  readonly connectMs: number;
  /** How long an idle socket is kept, in ms. Default 4 000: shorter than any server keeps it, so that no request meets a closing socket. */
  readonly keepAliveMs: number;
  /** A reply that says it is no longer than this is read into memory before it is handed on. Default 1 MiB. */
  readonly memoryBytesMax: number;
  /** Bytes held for a slow reader of a longer reply. Default 256 KiB. */
  readonly bufferBytesMax: number;
  /** A streamed reply fails when it stands still or is not read for this long, in ms. Default 60 000. */
  readonly idleMs: number;
}

const HTTP_CLIENT_DEFAULTS: HttpClientOptions = Object.freeze({
  connectionsMax: 256,
  connectMs: 1_000,
  keepAliveMs: 4_000,
  memoryBytesMax: 1_024 * 1_024,
  bufferBytesMax: 256 * 1_024,
  idleMs: 60_000,
});

/** Throws OPTION_INVALID. */
function resolveHttpClientOptions(given: Partial<HttpClientOptions> | undefined): HttpClientOptions {
  const options = withDefaults(HTTP_CLIENT_DEFAULTS, given);
  checkInteger("connectionsMax", options.connectionsMax, 1, 1_024);
  checkDurationMs("connectMs", options.connectMs, 1);
  checkDurationMs("keepAliveMs", options.keepAliveMs, 1);
  checkInteger("memoryBytesMax", options.memoryBytesMax, 0);
  checkInteger("bufferBytesMax", options.bufferBytesMax, 1);
  checkDurationMs("idleMs", options.idleMs, 1);
  return Object.freeze(options);
}

const require = createRequire(import.meta.url);

/**
 * Loads the HTTP client. Done by the first connection, or ahead of it while nobody waits; a process that calls nobody
 * never pays. By its narrow path, and not as "undici": 14 MB and 20 ms instead of 28 MB and 60 ms, because fetch,
 * WebSocket, cache and mocks stay out. The package has no exports map; a test holds the path.
 */
export function loadHttpClient(): typeof Pool {
  return require("undici/lib/dispatcher/pool.js") as typeof Pool;
}

/** HTTP/1.1 over TCP: one bounded pool of keep-alive sockets for each instance, one request at a time on a socket. */
export function createHttpTransport(given?: Partial<HttpClientOptions>): Transport {
  const options = resolveHttpClientOptions(given);
  return {
    connect: (address, connectionsMax = options.connectionsMax) => connect(address, { ...options, connectionsMax }),
  };
}

function connect(address: string, options: HttpClientOptions): Connection {
  const pool = new (loadHttpClient())(address, {
    connections: options.connectionsMax,
    pipelining: 1, // a slow reply would hold up those behind it on the socket
    allowH2: false,
    keepAliveTimeout: options.keepAliveMs,
    keepAliveMaxTimeout: options.keepAliveMs, // a server's hint may shorten it, not stretch it
    connect: { timeout: options.connectMs },
    // Our own timers cover an attempt from its start; these two begin only when the request is written.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const stream = { clock: systemClock, bufferBytesMax: options.bufferBytesMax, idleMs: options.idleMs };
  const settings = { address, memoryBytesMax: options.memoryBytesMax, stream };
  const settingsOfHead = { ...settings, memoryBytesMax: Number.POSITIVE_INFINITY };
  return {
    send(request, context) {
      const settingsOfThis = request.method === "HEAD" ? settingsOfHead : settings;
      return send(pool, request, cancellationOf(context), settingsOfThis);
    },
    close: () => pool.close().catch(() => {}),
  };
}

function send(
  pool: Pool,
  request: HttpRequest,
  cancellation: Cancellation,
  settings: HttpExchangeSettings,
): Promise<Outcome<HttpReply>> {
  if (cancellation.aborted) {
    return Promise.resolve(failure("unsent", givenUp(settings.address, cancellation.reason)));
  }
  return new Promise((resolve) => {
    const exchange = new HttpExchange(settings, cancellation, resolve);
    try {
      pool.dispatch(dispatchOptions(request), exchange);
    } catch (cause) {
      exchange.onResponseError(undefined, cause);
    }
  });
}

function dispatchOptions({ target, method, headers, body }: HttpRequest): Dispatcher.DispatchOptions {
  // undici takes any async iterable and reads the headers only; its types say less
  return { path: target, method, headers, body: body ?? null } as Dispatcher.DispatchOptions;
}
