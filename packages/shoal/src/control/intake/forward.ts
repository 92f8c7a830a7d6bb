import type { Cancel } from "../../core/clock.ts";
import { messageOf } from "../../core/errors.ts";
import type { Headers } from "../../core/message.ts";
import { checkDurationMs, checkInteger, withDefaults } from "../../core/options.ts";
import type { Ports } from "../../core/service.ts";
import { HEADER } from "../../core/wire.ts";
import type { IntakeKind } from "../history/history.ts";
import type { ForwardEndpoint } from "./forward-endpoint.ts";
import { createForwardQueue, type ForwardRequest } from "./forward-queue.ts";

export interface ForwardOptions {
  /** What may wait, in bytes; the oldest body makes room for a new one. Default 32 MiB. */
  readonly waitingBytesMax: number;
  /** Bodies on their way at once. Default 4. */
  readonly sendingMax: number;
  /** The pause after a first failure, doubled with each further one; each is drawn from half of it up. Default 1 000. */
  readonly pauseMs: number;
  /** Default 30 000. */
  readonly pauseMsMax: number;
}

const FORWARD_DEFAULTS: ForwardOptions = Object.freeze({
  waitingBytesMax: 32 * 1_024 * 1_024,
  sendingMax: 4,
  pauseMs: 1_000,
  pauseMsMax: 30_000,
});

export interface ForwardReply {
  readonly status: number;
  /** 0, or NaN, when it does not say. */
  readonly retryAfterS: number;
}

/** Sends a POST; rejects when there is no answer. */
export type ForwardSend = (request: ForwardRequest) => Promise<ForwardReply>;

export interface ForwardParts {
  readonly ports: Ports;
  readonly endpoint: ForwardEndpoint;
  readonly send: ForwardSend;
  /** Of this control plane, for the header by which bodies that come back are known. */
  readonly instance: string;
}

/** Sends on what was taken in. Nothing of it blocks, waits or throws. */
export interface Forwarder {
  /**
   * A body as it came, with its request's headers. It keeps the bytes: nobody may change or transfer them afterwards.
   * Exchanges and Zipkin's spans have no place at an OTLP endpoint and are passed over.
   */
  readonly offer: (kind: IntakeKind, headers: Headers, bytes: Uint8Array) => void;
  /** Bodies that were given up: they did not fit, or were refused for good. */
  readonly dropped: () => number;
  /** For people; empty while all is well. */
  readonly warnings: () => readonly string[];
  /** Gives up what waits. */
  readonly close: () => void;
}

const PATHS: Readonly<Partial<Record<IntakeKind, string>>> = {
  "otlp-traces": "/v1/traces",
  "otlp-logs": "/v1/logs",
  "otlp-metrics": "/v1/metrics",
};

/** The control planes that a body has come through. */
export const FORWARDED_HEADER = "shoal-forwarded-by";
/** The answers after which OTLP wants the same to be sent again. */
const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Makes a forwarder. Throws OPTION_INVALID. */
export function createForwarder(parts: ForwardParts, given?: Partial<ForwardOptions>): Forwarder {
  const { ports, endpoint, send } = parts;
  // Two control planes may have one name, on two machines.
  const self = `${parts.instance.replaceAll(",", "")}-${ports.random().toString(36).slice(2, 10)}`;
  const options = resolveForwardOptions(given);
  let sending = 0;
  let failures = 0;
  let dropped = 0;
  let problem = "";
  let cancelPause: Cancel | undefined;
  let closed = false;
  let circular = false;

  const drop = (why: string) => {
    dropped += 1;
    problem = why;
  };
  const waiting = createForwardQueue(options.waitingBytesMax, () => drop(problem || "it takes less than comes in"));
  const pause = (retryAfterS: number) => {
    failures += 1;
    if (cancelPause !== undefined) return;
    cancelPause = ports.clock.after(pauseMsOf(options, failures, ports.random(), retryAfterS), () => {
      cancelPause = undefined;
      sendNext();
    });
  };
  const again = (request: ForwardRequest, why: string, retryAfterS: number) => {
    problem = why;
    if (closed) return;
    waiting.putFirst(request);
    pause(retryAfterS);
  };
  const sendOne = async (request: ForwardRequest) => {
    try {
      const { status, retryAfterS } = await send(request);
      if (RETRYABLE.has(status)) again(request, `it answers ${status}`, retryAfterS);
      else if (status < 200 || status > 299) drop(`it answers ${status}`);
      else {
        failures = 0;
        problem = "";
      }
    } catch (cause) {
      again(request, messageOf(cause), 0);
    }
    sending -= 1;
    sendNext();
  };
  const sendNext = () => {
    // After a failure one at a time, until one is taken.
    const room = failures > 0 ? 1 : options.sendingMax;
    while (cancelPause === undefined && !closed && sending < room) {
      const request = waiting.take();
      if (request === undefined) return;
      sending += 1;
      void sendOne(request);
    }
  };

  return {
    offer(kind, headers, bytes) {
      const path = PATHS[kind];
      if (path === undefined || closed || circular) return;
      const passed = (headers[FORWARDED_HEADER] ?? "").split(",").filter((name) => name !== "");
      if (passed.includes(self)) {
        circular = true;
        return;
      }
      const onward = headersOf(headers, endpoint, [...passed, self]);
      waiting.putLast({ url: endpoint.url + path, headers: onward, bytes });
      sendNext();
    },
    dropped: () => dropped,
    warnings() {
      if (circular) return ["SHOAL_FORWARD_OTLP leads back to this control plane: nothing is forwarded any more"];
      const lost = dropped === 0 ? "" : `; ${dropped} bodies were not forwarded`;
      return problem === "" && lost === ""
        ? []
        : [`forwarding to ${endpoint.url}: ${problem || "it works again"}${lost}`];
    },
    close() {
      closed = true;
      cancelPause?.();
      waiting.clear();
    },
  };
}

/** How long to wait after so many failures in a row; at least as long as the endpoint asks, within the bound. */
function pauseMsOf(options: ForwardOptions, failures: number, random: number, retryAfterS: number): number {
  const longestMs = Math.min(options.pauseMsMax, options.pauseMs * 2 ** Math.min(failures - 1, 20));
  const askedMs = retryAfterS > 0 ? retryAfterS * 1_000 : 0;
  return Math.min(options.pauseMsMax, Math.max(longestMs * (0.5 + random / 2), askedMs));
}

/** Only what says how to read the body: neither credentials nor cookies go to another place. */
function headersOf(headers: Headers, endpoint: ForwardEndpoint, passed: readonly string[]): Record<string, string> {
  const encoding = headers["content-encoding"];
  return {
    ...endpoint.headers,
    [HEADER.contentType]: headers[HEADER.contentType] ?? "",
    ...(encoding === undefined ? {} : { "content-encoding": encoding }),
    [FORWARDED_HEADER]: passed.join(","),
  };
}

function resolveForwardOptions(given: Partial<ForwardOptions> | undefined): ForwardOptions {
  const options = withDefaults(FORWARD_DEFAULTS, given);
  checkInteger("waitingBytesMax", options.waitingBytesMax, 0);
  checkInteger("sendingMax", options.sendingMax, 1, 64);
  checkDurationMs("pauseMs", options.pauseMs, 1);
  checkDurationMs("pauseMsMax", options.pauseMsMax, options.pauseMs);
  return options;
}
