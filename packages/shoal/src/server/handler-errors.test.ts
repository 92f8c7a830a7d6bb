import { describe, expect, it } from "vitest";
import { z } from "zod";
import { rememberHops } from "../client/failed-hops.ts";
import { contract } from "../contract/contract.ts";
import { get } from "../contract/operation.ts";
import { errorOfReply, problemReply } from "../contract/problem.ts";
import { type ErrorCode, ShoalError, shoalError } from "../core/errors.ts";
import { arrivingContext } from "../transport/arrival.ts";
import { answerToThrown } from "./handler-errors.ts";
import { refusal } from "./refusal.ts";

const quotes = contract("quotes", {
  getQuote: get("/quotes", {
    errors: { notFound: 404, tooMuch: { status: 422, details: z.object({ limit: z.number() }) } },
  }),
  other: get("/other", { errors: { elsewhere: 409 } }),
});
const rates = contract("rates", { getRate: get("/rates", { errors: { notFound: 404, unknownPair: 422 } }) });
const live = arrivingContext(new AbortController().signal);

const answer = async (thrown: unknown, context = live) => {
  const { error, decided, logged } = await answerToThrown(thrown, quotes.operations.getQuote, context);
  return { code: error.code, status: error.status, retry: error.retry, details: error.details, decided, logged, error };
};

/** The error as a client makes it of a callee's reply. */
function fromCallee(error: ShoalError, headers = {}) {
  const reply = problemReply(error, "rates", headers);
  return errorOfReply(reply, reply.body as Uint8Array, "rates");
}

describe("answerToThrown", () => {
  it("passes an error on that the operation declares, with its status and details", async () => {
    expect(await answer(quotes.errors.notFound({ id: "7" }))).toMatchObject({
      code: "notFound",
      status: 404,
      details: { id: "7" },
      decided: true,
      logged: undefined,
    });
  });

  it("drops details that the contract does not declare, and refuses those that break it", async () => {
    const more = { limit: 5, secret: 1 };
    expect(await answer(quotes.errors.tooMuch(more))).toMatchObject({ status: 422, details: { limit: 5 } });
    const wrong = new ShoalError("tooMuch", { message: "x", details: { limit: "5" } });
    expect(await answer(wrong)).toMatchObject({ code: "INTERNAL", decided: false, logged: /details/ });
  });

  it("makes of an error that the operation does not declare INTERNAL, and says so in the log", async () => {
    expect(await answer(quotes.errors.elsewhere())).toMatchObject({
      code: "INTERNAL",
      status: 500,
      logged: "quotes.getQuote threw elsewhere, an error that quotes.getQuote does not declare",
    });
  });

  it.each([new Error("boom"), "text", undefined, null, { code: "notFound" }])(
    "makes of %s INTERNAL, with nothing of it in the answer",
    async (thrown) => {
      const { error, ...rest } = await answer(thrown);
      expect(rest).toMatchObject({ code: "INTERNAL", logged: "quotes.getQuote threw" });
      expect(error.message).toBe("[INTERNAL] quotes.getQuote failed");
      expect(error.cause).toBeUndefined();
    },
  );

  it("lets a guard say FORBIDDEN, but not pass on that it was forbidden something itself", async () => {
    const own = shoalError("FORBIDDEN", { message: "not yours" });
    expect(await answer(own)).toMatchObject({ code: "FORBIDDEN", status: 403, logged: undefined });
    expect(await answer(fromCallee(own))).toMatchObject({ code: "UPSTREAM_FAILED", status: 502 });
  });

  it("lets the control plane say that its history cannot be asked", async () => {
    const own = shoalError("HISTORY_UNAVAILABLE", { message: "the disk is full" });
    expect(await answer(own)).toMatchObject({ code: "HISTORY_UNAVAILABLE", status: 503, logged: undefined });
    expect(await answer(fromCallee(own))).toMatchObject({ code: "UPSTREAM_FAILED", status: 503 });
  });

  it("never takes a callee's error for its own of the same name", async () => {
    const foreign = fromCallee(rates.errors.notFound({ accountOf: "Ada" }));
    expect(foreign.code).toBe("notFound");
    const { error, ...rest } = await answer(foreign);
    expect(rest).toMatchObject({ code: "UPSTREAM_FAILED", status: 502, retry: "never", details: {} });
    expect(JSON.stringify(refusal(error, "quotes"))).not.toMatch(/Ada|notFound|rates/);
  });

  it.each<[ErrorCode, number, string]>([
    ["NO_INSTANCE", 503, "later"],
    ["LIMIT_REACHED", 503, "later"],
    ["CONNECT_FAILED", 503, "later"],
    ["SERVICE_UNKNOWN", 503, "never"],
    ["ATTEMPT_TIMEOUT", 504, "later"],
    ["CONNECTION_LOST", 502, "later"],
    ["REPLY_INVALID", 502, "never"],
    ["UPSTREAM_FAILED", 502, "later"],
  ])(
    "makes of a call's %s a %d that says to retry %s, and never a nack: this work was begun",
    async (code, status, retry) => {
      const { error, ...rest } = await answer(shoalError(code, { message: "rates: secret" }));
      expect(rest).toMatchObject({ code: "UPSTREAM_FAILED", status, retry, decided: false });
      expect(rest.logged).toContain("rates: secret");
      const reply = refusal(error, "quotes");
      expect(reply.headers["x-shoal-nack"]).toBeUndefined();
      expect(String(reply.body)).not.toContain("secret");
    },
  );

  it("tells which calls failed to a caller that says who it is, and to nobody else", async () => {
    const hop = { service: "rates", operation: "getRate", instance: "rates-1", code: "CONNECTION_LOST" };
    const thrown = shoalError("CONNECTION_LOST", { message: "rates: secret" });
    rememberHops(thrown, hop, undefined);
    const told = await answer(thrown, { ...live, caller: "edge" });
    expect(told).toMatchObject({ code: "UPSTREAM_FAILED", details: { hops: [hop] } });
    expect(told.error.message).toContain("has failed: rates.getRate at rates-1 [CONNECTION_LOST]");
    expect(told.error.message).not.toContain("secret");
    expect((await answer(thrown)).details).toEqual({});
    const late = shoalError("DEADLINE_EXCEEDED", { message: "rates" });
    rememberHops(late, { ...hop, code: late.code }, undefined);
    expect((await answer(late, { ...live, caller: "edge" })).details).toEqual({ hops: [{ ...hop, code: late.code }] });
  });

  it("takes nothing that a callee wrote for a call of its own", async () => {
    const details = { service: "Ada", operation: "secret", hops: [{ service: "Ada", operation: "x", code: "USAGE" }] };
    const foreign = fromCallee(shoalError("UPSTREAM_FAILED", { message: "no", details }));
    expect((await answer(foreign, { ...live, caller: "edge" })).details).toEqual({});
  });

  it("passes on that nobody may retry, when the call gave up for want of budget or attempts", async () => {
    const exhausted = shoalError("CONNECTION_LOST", { message: "rates: the budget is spent", retry: "never" });
    const { error } = await answer(exhausted);
    expect(refusal(error, "quotes").headers).toMatchObject({ "x-shoal-retry": "never" });
    const told = fromCallee(shoalError("UPSTREAM_FAILED", { message: "deep down" }), { "x-shoal-retry": "never" });
    expect(refusal((await answer(told)).error, "quotes").headers).toMatchObject({ "x-shoal-retry": "never" });
    const free = shoalError("CONNECTION_LOST", { message: "rates" });
    expect(refusal((await answer(free)).error, "quotes").headers["x-shoal-retry"]).toBeUndefined();
  });

  it("keeps 503 for a callee that answered 503", async () => {
    const busy = fromCallee(shoalError("OVERLOADED", { message: "full" }));
    expect(await answer(busy)).toMatchObject({ code: "UPSTREAM_FAILED", status: 503 });
  });

  it("makes of a call's passed deadline a 504 that is never retried", async () => {
    const late = shoalError("DEADLINE_EXCEEDED", { message: "rates" });
    expect(await answer(late)).toMatchObject({ code: "DEADLINE_EXCEEDED", status: 504, retry: "never" });
  });

  it("makes of a mistake in the handler's own call INTERNAL: its caller sent nothing wrong", async () => {
    const mistake = shoalError("REQUEST_INVALID", { message: "rates.getRate needs params from" });
    expect(await answer(mistake)).toMatchObject({ code: "INTERNAL", logged: "quotes.getQuote threw REQUEST_INVALID" });
  });

  it("does not blame a handler that stopped because its request was over", async () => {
    const aborted = arrivingContext(AbortSignal.abort(new Error("over")));
    const abortError = new DOMException("aborted", "AbortError");
    for (const thrown of [aborted.signal.reason, abortError, shoalError("CANCELLED", { message: "x" })]) {
      expect(await answer(thrown, aborted)).toMatchObject({ code: "DEADLINE_EXCEEDED", logged: undefined });
      expect(await answer(thrown)).toMatchObject({ code: "INTERNAL" });
    }
    expect(await answer(new Error("bug"), aborted)).toMatchObject({ logged: "quotes.getQuote threw" });
  });
});
