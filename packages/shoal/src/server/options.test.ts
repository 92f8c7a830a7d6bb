import { describe, expect, it } from "vitest";
import { HTTP_LISTENER_DEFAULTS } from "../transport/http-listener-parts.ts";
import { listenerOptionsOf, resolveServeOptions, SERVE_DEFAULTS } from "./options.ts";

describe("resolveServeOptions", () => {
  it("has the defaults that the documentation states", () => {
    expect(resolveServeOptions(undefined)).toEqual({
      headerBytesMax: 16_384,
      headersMs: 10_000,
      requestMs: 30_000,
      keepAliveMs: 65_000,
      requestsPerConnectionMax: 0,
      connectionsMax: 10_000,
      bodyBytesMax: 1_048_576,
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
    expect(Object.isFrozen(SERVE_DEFAULTS)).toBe(true);
  });

  it("hands the listener all that is the listener's", () => {
    expect(listenerOptionsOf(SERVE_DEFAULTS)).toEqual(HTTP_LISTENER_DEFAULTS);
  });

  it.each([
    { bodyBytesMax: -1 },
    { concurrencyMax: 0 },
    { concurrencyMax: 1.5 },
    { waitersMax: -1 },
    { concurrencyMin: 0 },
    { adaptive: 1 } as object,
    { queueDelayMsMax: 0 },
    { handlerMs: 0 },
    { handlerMs: Number.POSITIVE_INFINITY },
    { hungMs: -1 },
    { readyMs: 0 },
    { drainMs: -1 },
    { drainPropagationMs: Number.NaN },
    { headerBytesMax: 1 },
    { headersMs: 20_000, requestMs: 10_000 },
    { keepAliveMs: 0 },
    { connectionsMax: 0 },
    { bodyMax: 1 } as object,
  ])("refuses %j with OPTION_INVALID", (given) => {
    expect(() => resolveServeOptions(given)).toThrow("[OPTION_INVALID]");
  });
});
