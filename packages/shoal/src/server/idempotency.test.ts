import { describe, expect, it } from "vitest";
import { z } from "zod";
import { contract } from "../contract/contract.ts";
import { patch, post, put } from "../contract/operation.ts";
import { ShoalError } from "../core/errors.ts";
import type { HttpRequest } from "../core/message.ts";
import { createFakeRuntime } from "../testing/fake-runtime.ts";
import { arrivingContext } from "../transport/arrival.ts";
import { assemble } from "./assemble.ts";
import { handlerTable } from "./handlers.ts";
import { createMemoryIdempotencyStore } from "./idempotency-memory.ts";
import type { IdempotencyStore } from "./idempotency-store.ts";
import { resolveServeOptions } from "./options.ts";

const Paid = z.object({ amount: z.number() });
const spec = { body: Paid, returns: Paid, errors: { refused: 422, bankDown: 503, slowDown: 429 } } as const;
const payments = contract("payments", {
  pay: post("/payments", { ...spec, query: z.object({ to: z.string().optional() }) }),
  change: patch("/payments", spec),
  set: put("/payments", spec),
});

/** Each call of the handler takes the next step; the last one is repeated. */
function server(steps: (() => unknown)[] = [() => ({ amount: 1 })], store?: IdempotencyStore) {
  const runtime = createFakeRuntime();
  let calls = 0;
  const handle = () => steps[Math.min(calls++, steps.length - 1)]?.();
  const handlerOf = handlerTable(payments, { pay: handle, change: handle, set: handle });
  const options = resolveServeOptions({ idempotencyStore: store });
  const assembled = assemble({ contract: payments, handlerOf, options, runtime });
  assembled.lifecycle.advance("ready");
  const pay = async (key: string | undefined, amount: unknown = 1, headers = {}, given: Partial<HttpRequest> = {}) => {
    const keyed = key === undefined ? {} : { "idempotency-key": key };
    const request = {
      method: "POST",
      target: "/payments",
      headers: { "content-type": "application/json", ...keyed, ...headers },
      body: Buffer.from(JSON.stringify({ amount })),
      ...given,
    };
    const reply = await assembled.handle(request, arrivingContext(new AbortController().signal));
    return { ...reply, replayed: reply.headers["idempotency-replayed"] === "true", text: String(reply.body) };
  };
  return { pay, calls: () => calls, clock: runtime.ports.clock, log: runtime.log };
}

describe("Idempotency-Key", () => {
  it.each(["POST", "PATCH"])("answers a %s again as it first did, and does not do it again", async (method) => {
    const { pay, calls } = server([() => ({ amount: 1 }), () => ({ amount: 2 })]);
    const first = await pay("k", 1, {}, { method });
    const again = await pay("k", 1, {}, { method });
    expect([first.replayed, again.replayed, calls()]).toEqual([false, true, 1]);
    expect([again.status, again.text, again.headers["content-type"]]).toEqual([
      first.status,
      first.text,
      first.headers["content-type"],
    ]);
  });

  it("means nothing to a PUT, which is idempotent by itself, nor does its absence to a POST", async () => {
    const { pay, calls } = server();
    await pay("k", 1, {}, { method: "PUT" });
    await pay("k", 1, {}, { method: "PUT" });
    await pay(undefined);
    await pay(undefined);
    expect(calls()).toBe(4);
  });

  it("with another body or operation is refused", async () => {
    const { pay, calls } = server();
    await pay("k", 1);
    expect(await pay("k", 2)).toMatchObject({ status: 422, text: expect.stringContaining("IDEMPOTENCY_MISMATCH") });
    expect((await pay("k", 1, {}, { method: "PATCH" })).status).toBe(422);
    expect((await pay("k", 1, {}, { target: "/payments?to=b" })).status).toBe(422);
    expect(calls()).toBe(1);
  });

  it("of one caller is not another's", async () => {
    const { pay, calls } = server();
    await pay("k", 1, { "x-shoal-caller": "desk" });
    expect(await pay("k", 2, { "x-shoal-caller": "shop" })).toMatchObject({ status: 200, replayed: false });
    expect((await pay("k", 1, { "x-shoal-caller": "desk" })).replayed).toBe(true);
    expect(calls()).toBe(2);
  });

  it("is refused with 409 while the first request runs, also after that one's deadline has passed", async () => {
    const work = Promise.withResolvers<unknown>();
    const { pay, calls, clock } = server([() => work.promise]);
    const first = pay("k");
    await clock.advance(10_000);
    expect((await first).status).toBe(504);
    expect(await pay("k")).toMatchObject({ status: 409, headers: { "retry-after": "1" } });
    work.resolve({ amount: 1 });
    await clock.advance(0);
    expect(await pay("k")).toMatchObject({ status: 200, replayed: true });
    expect(calls()).toBe(1);
  });

  it("keeps an error that the contract declares: it is the answer", async () => {
    const { pay, calls } = server([() => Promise.reject(payments.errors.refused({ limit: 5 })), () => ({ amount: 1 })]);
    const first = await pay("k");
    expect(await pay("k")).toMatchObject({ status: 422, text: first.text, replayed: true });
    expect(calls()).toBe(1);
  });

  it("keeps the answer of a handler whose reply broke the contract: its work is done", async () => {
    const { pay, calls } = server([() => ({ amount: "x" })]);
    expect((await pay("k")).status).toBe(500);
    expect(await pay("k")).toMatchObject({ status: 500, replayed: true });
    expect(calls()).toBe(1);
  });

  it.each([
    ["threw", () => Promise.reject(new Error("no")), 500],
    ["could not reach another service", () => Promise.reject(new ShoalError("NO_INSTANCE", { message: "rates" })), 503],
    ["threw a declared 503", () => Promise.reject(payments.errors.bankDown()), 503],
    ["threw a declared 429", () => Promise.reject(payments.errors.slowDown()), 429],
  ])("does not keep the answer of a handler that %s: the caller may try again", async (_, step, status) => {
    const { pay, calls } = server([step, () => ({ amount: 1 })]);
    expect((await pay("k")).status).toBe(status);
    expect(await pay("k")).toMatchObject({ status: 200, replayed: false });
    expect(calls()).toBe(2);
  });

  it("does not keep a refusal of the request itself", async () => {
    const { pay } = server();
    expect((await pay("k", "much")).status).toBe(400);
    expect((await pay("k", 1)).status).toBe(200);
  });

  it.each([
    ["x".repeat(255), 200],
    ["x".repeat(256), 400],
    ["", 400],
    ["a b", 400],
    ["ä", 400],
  ])("%j is answered with %d", async (key, status) => {
    expect((await server().pay(key)).status).toBe(status);
  });

  it("is nacked when as many are running as the store holds", async () => {
    const work = Promise.withResolvers<unknown>();
    const { pay } = server([() => work.promise], createMemoryIdempotencyStore({ entriesMax: 1 }));
    const first = pay("a");
    await Promise.resolve();
    expect(await pay("b")).toMatchObject({ status: 503, headers: { "x-shoal-nack": "retryable" } });
    work.resolve({ amount: 1 });
    await first;
  });

  it("does not take the answer from its caller when the store cannot keep it", async () => {
    const store: IdempotencyStore = {
      begin: () => ({ kind: "begun" }),
      complete: () => Promise.reject(new Error("disk full")),
      release: () => {},
    };
    const { pay, log } = server(undefined, store);
    expect((await pay("k")).status).toBe(200);
    expect(log.at("error")).toEqual(["the answer to an Idempotency-Key could not be kept"]);
  });
});
