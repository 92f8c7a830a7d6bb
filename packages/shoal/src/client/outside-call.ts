import { unixMs } from "../core/clock.ts";
import { messageOf } from "../core/errors.ts";
import { BodyTap, NO_BODY } from "../telemetry/capture-body.ts";
import type { RawHeaders } from "../telemetry/capture-headers.ts";
import { isKept } from "../telemetry/exchange.ts";
import { pendingExchange } from "../telemetry/pending-exchange.ts";
import { beginExternalCall } from "./external-call.ts";
import { type Runtime, recorderOf } from "./runtime.ts";

/** A call to something that is no service of the fleet, as it is watched from aside. */
export interface OutsideCall {
  readonly requestBody: BodyTap;
  readonly replyBody: BodyTap;
  /** The reply's head has come; it is recorded when its body has ended, or after 30 s of that. */
  readonly replied: (status: number, headers: RawHeaders) => void;
  /** It is over. Later calls do nothing. @param cause What broke it off, if anything did. */
  readonly end: (cause?: unknown) => void;
}

/** Begins to watch a call; undefined for one that is not to be recorded. */
export type BeginWatch = (method: string, url: string, headers: () => RawHeaders) => OutsideCall | undefined;

type Parts = Pick<Runtime, "ports" | "recorder" | "meter">;

const REPLY_MS_MAX = 30_000;

/**
 * Begins to watch a call.
 * @param headers Asked for when the call is recorded.
 */
export function beginOutsideCall(runtime: Parts, method: string, url: URL, headers: () => RawHeaders): OutsideCall {
  const { clock, random } = runtime.ports;
  const call = beginExternalCall(runtime, method, url);
  const requestBody = new BodyTap();
  const replyBody = new BodyTap();
  let head: { readonly status: number; readonly headers: RawHeaders } | undefined;
  let cancel = () => {};
  let over = false;

  const record = (error: string) => {
    const recorder = recorderOf(runtime);
    const durationMs = clock.now() - call.startMs;
    const status = head?.status ?? 0;
    if (!recorder || !isKept(recorder, call.trace, { status, error, durationMs })) return;
    const isHead = method === "HEAD";
    const raw = {
      side: "client",
      trace: call.trace,
      peer: url.host,
      external: true,
      operation: `${method} ${url.pathname}`,
      method,
      origin: url.origin,
      target: url.pathname + url.search,
      status,
      startMs: unixMs(clock, call.startMs),
      durationMs,
      error,
      attempts: [],
      request: { headers: headers(), body: requestBody },
      reply: head === undefined ? null : { headers: head.headers, body: isHead ? NO_BODY : replyBody },
      sensitive: undefined,
    } as const;
    recorder.exchange(pendingExchange(raw, random));
  };

  const end = (cause?: unknown) => {
    if (over) return;
    over = true;
    cancel();
    const type = cause === undefined ? "" : codeOf(cause);
    call.end({
      status: head?.status ?? 0,
      errorType: type,
      message: cause === undefined ? "" : `${type}: ${messageOf(cause)}`,
    });
    record(cause === undefined ? "" : `${type}: ${messageOf(cause)}`);
  };

  return {
    requestBody,
    replyBody,
    replied(status, replyHeaders) {
      head = { status, headers: replyHeaders };
      cancel = clock.after(REPLY_MS_MAX, () => end());
    },
    end,
  };
}

function codeOf(cause: unknown): string {
  if (typeof cause !== "object" || cause === null) return "CONNECTION_LOST";
  const { code, name } = cause as { readonly code?: unknown; readonly name?: unknown };
  return typeof code === "string" ? code : name === "AbortError" ? "CANCELLED" : "CONNECTION_LOST";
}
