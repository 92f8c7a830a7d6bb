import type { Clock } from "../core/clock.ts";
import { outsideOfCalls } from "../core/context.ts";
import { messageOf } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import type { HttpReply } from "../core/message.ts";
import type { Outcome } from "../core/outcome.ts";
import { createHttpTransport } from "./http-client.ts";
import type { ClientSession } from "./mux/client-session.ts";
import type { OpenedMux } from "./mux/mux-connection.ts";
import type { Connection, Transport } from "./port.ts";

export interface ProcessTransportParts {
  readonly clock: Clock;
  readonly log: Log;
  /** Whether the multiplexed wire is used where the other side speaks it. Default: yes. */
  readonly mux?: boolean;
  /** HTTP/1.1, for all others. Default: the embedded transport. */
  readonly http?: Transport;
}

/** For connecting, upgrading and the first frame together, in ms: nobody waits for it, calls go over HTTP/1.1 meanwhile. */
const UPGRADE_MS = 2_000;
/** Who answered that it speaks HTTP/1.1 only is asked again after so long, in ms: it may have been a proxy's answer. */
const REFUSED_MS = 300_000;
/** Where it failed, or came to its end, it is tried again after so long, in ms, twice as long each time up to the second. */
const FAILED_MS = 500;
const FAILED_MS_MAX = 60_000;
/** A session that lived so long was no failure, in ms. */
const LIVED_MS = 10_000;

/**
 * The way from this process to others: one mux connection to each instance that speaks it, else HTTP/1.1, by itself.
 *
 * No call ever waits for an upgrade: until it is done they go over HTTP/1.1. The first call is then as fast as without, the
 * answer of a proxy that knows nothing of upgrades costs nobody anything, and what the multiplexed wire
 * cannot carry at a moment (as many calls as it may have, a head it has no form for) has a way too. Where it failed, it is
 * asked for only once somebody has answered: each trial of an instance that is gone is one connect, and not two.
 */
export function createProcessTransport(parts: ProcessTransportParts): Transport {
  const http = parts.http ?? createHttpTransport();
  if (parts.mux === false) return http;
  return {
    connect: (address, connectionsMax) =>
      address.startsWith("http://")
        ? new ProcessConnection(address, parts, () => http.connect(address, connectionsMax))
        : http.connect(address, connectionsMax),
  };
}

class ProcessConnection implements Connection {
  readonly #address: string;
  readonly #parts: ProcessTransportParts;
  readonly #openHttp: () => Connection;
  #http: Connection | undefined;
  #session: ClientSession | undefined;
  #isAsking = false;
  /** False from a failure on until a request was answered over HTTP/1.1. */
  #isThere = true;
  #isClosed = false;
  #askAgainMs = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #openedMs = 0;

  constructor(address: string, parts: ProcessTransportParts, openHttp: () => Connection) {
    this.#address = address;
    this.#parts = parts;
    this.#openHttp = openHttp;
  }

  readonly send: Connection["send"] = (request, context) => {
    if (this.#session === undefined) this.#ask();
    const sent = this.#session?.trySend(request, context);
    if (sent !== undefined) return sent;
    this.#http ??= this.#openHttp();
    const outcome = this.#http.send(request, context);
    if (!this.#isThere) void outcome.then(this.#answered);
    return outcome;
  };

  readonly #answered = ({ reply }: Outcome<HttpReply>): void => {
    if (reply !== undefined) this.#isThere = true;
  };

  readonly isOpening = (): boolean => this.#isAsking;

  readonly callsMax = (): number | undefined => this.#session?.callsMax || undefined;

  readonly close = async (): Promise<void> => {
    this.#isClosed = true;
    this.#session?.closeWhenIdle();
    await this.#http?.close();
  };

  #ask(): void {
    if (this.#isAsking || this.#isClosed || !this.#isThere || this.#parts.clock.now() < this.#askAgainMs) return;
    this.#isAsking = true;
    void outsideOfCalls(() => this.#open()).then((opened) => {
      this.#isAsking = false;
      if (opened.kind === "open") this.#opened(opened.session);
      else this.#notOpened(opened);
    });
  }

  /** Never rejects. Loaded here, because a process that calls nobody needs none of it. */
  async #open(): Promise<OpenedMux> {
    const { clock, log } = this.#parts;
    try {
      const [{ openMux }, { MUX_DEFAULTS }] = await Promise.all([
        import("./mux/mux-connection.ts"),
        import("./mux/options.ts"),
      ]);
      return await openMux(this.#address, {
        clock,
        log,
        options: MUX_DEFAULTS,
        withinMs: UPGRADE_MS,
        onGoingAway: () => this.#gone(),
        onEnded: () => this.#gone(),
      });
    } catch (cause) {
      return { kind: "failed", why: messageOf(cause) };
    }
  }

  #opened(session: ClientSession): void {
    if (session.callsMax === 0) {
      session.closeWhenIdle(); // it has gone already, or takes no calls
      this.#pause(false);
      return;
    }
    this.#session = session;
    this.#openedMs = this.#parts.clock.now();
    if (this.#isClosed) session.closeWhenIdle();
  }

  #notOpened({ kind, why }: Exclude<OpenedMux, { readonly kind: "open" }>): void {
    this.#parts.log.debug(`calls to ${this.#address} go over HTTP/1.1`, { why });
    this.#pause(kind === "refused");
  }

  /** It makes no further calls; another connection may. */
  #gone(): void {
    if (this.#session === undefined) return;
    this.#session = undefined;
    if (this.#parts.clock.now() - this.#openedMs >= LIVED_MS) this.#failures = 0;
    this.#pause(false);
  }

  #pause(isRefused: boolean): void {
    const pauseMs = isRefused ? REFUSED_MS : Math.min(FAILED_MS * 2 ** this.#failures, FAILED_MS_MAX);
    this.#askAgainMs = this.#parts.clock.now() + pauseMs;
    this.#isThere = isRefused;
    this.#failures = Math.min(this.#failures + 1, 16);
  }
}
