import { describe, expect, expectTypeOf, it } from "vitest";
import { z } from "zod";
import { contract } from "../contract/contract.ts";
import { link } from "../contract/link.ts";
import { del, get, patch, post } from "../contract/operation.ts";
import { createFakeRuntime } from "../testing/fake-runtime.ts";
import { type Behaviour, createFakeTransport } from "../testing/fake-transport.ts";
import { sampleInstance } from "../testing/sample-instance.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { follow } from "./follow.ts";
import { withRuntime } from "./process-runtime.ts";
import { use } from "./use.ts";

const Quote = z.object({ id: z.string(), amount: z.number() });
const quotes = contract("quotes", {
  getQuote: get("/quotes/:id", {
    params: z.object({ id: z.string() }),
    returns: Quote,
    errors: { notFound: 404, closed: { status: 503, details: z.object({ untilMs: z.number() }) } },
  }),
  createQuote: post("/quotes", { body: Quote, returns: Quote, idempotent: true }),
  amendQuote: patch("/quotes", { body: Quote }),
  listQuotes: get("/quotes", { query: z.object({ limit: z.number().optional() }), returns: z.array(Quote) }),
  dropQuotes: del("/quotes", {}),
});

/** A runtime with one instance of quotes that behaves as told; time moves by itself. */
function world(behave: (transport: ReturnType<typeof createFakeTransport>) => Behaviour) {
  const clock = createVirtualClock();
  const transport = createFakeTransport(clock);
  const runtime = { ...createFakeRuntime({ clock }), transport };
  for (const name of ["a", "b"]) transport.at(name, behave(transport));
  const instances = ["a", "b"].map((name) => sampleInstance(name, { service: "quotes", address: name }));
  const run = async <Result>(task: () => Promise<Result>): Promise<Result> => {
    let done = false;
    const result = withRuntime(runtime, task).finally(() => {
      done = true;
    });
    result.catch(() => {});
    runtime.registry.push(instances);
    while (!done && (await clock.advanceToNext()));
    return result;
  };
  return { clock, transport, runtime, run };
}

const quote = { id: "42", amount: 5 };

describe("use", () => {
  it("watches the service as soon as it is made", () => {
    const { runtime } = world((transport) => transport.answers());
    withRuntime(runtime, () => use(quotes));
    expect(runtime.registry.watched()).toEqual(["quotes"]);
  });

  it("encodes the input and decodes the answer", async () => {
    const { transport, run } = world((fake) => fake.answers({ json: { ...quote, undeclared: 1 } }));
    expect(await run(() => use(quotes).getQuote({ params: { id: "4/2" } }))).toEqual(quote);
    expect(transport.sent[0]?.request).toMatchObject({ method: "GET", target: "/quotes/4%2F2" });
  });

  it("needs no input where an operation has none, and gives undefined where it returns nothing", async () => {
    const { run } = world((fake) => fake.answers({ status: 204 }));
    expect(await run(() => use(quotes).dropQuotes())).toBeUndefined();
  });

  it("sends the same generated key with each attempt of an idempotent POST, and none with others", async () => {
    const { transport, run } = world((fake) => fake.loses());
    const keys = () => transport.sent.map(({ request }) => request.headers["idempotency-key"]);
    await expect(run(() => use(quotes).createQuote({ body: quote }))).rejects.toMatchObject({
      code: "CONNECTION_LOST",
    });
    expect(keys()).toHaveLength(3);
    expect(new Set(keys()).size).toBe(1);
    expect(keys()[0]).toMatch(/^[0-9a-f]{32}$/);
    await run(() => use(quotes).amendQuote({ body: quote })).catch(() => {});
    expect(keys().slice(3)).toEqual([undefined]);
    await run(() => use(quotes).createQuote({ body: quote }, { idempotencyKey: "mine", attemptsMax: 1 })).catch(
      () => {},
    );
    expect(keys().at(-1)).toBe("mine");
  });

  it("keeps the code and the details of an error that the contract declares", async () => {
    const json = { code: "notFound", status: 404, title: "notFound", detail: "no", type: "x", details: { id: "0" } };
    const headers = { "content-type": "application/problem+json" };
    const { run } = world((fake) => fake.answers({ status: 404, json, headers }));
    const error = await run(() => use(quotes).getQuote({ params: { id: "0" } })).catch((cause: unknown) => cause);
    expect(quotes.errors.notFound.is(error)).toBe(true);
    expect(error).toMatchObject({ code: "notFound", status: 404, details: { id: "0" } });
  });

  it("keeps them also when the error is a failure that was retried in vain", async () => {
    const json = { code: "closed", status: 503, title: "closed", detail: "no", type: "x", details: { untilMs: 5 } };
    const { transport, run } = world((fake) => fake.answers({ status: 503, json }));
    const error = await run(() => use(quotes).getQuote({ params: { id: "0" } })).catch((cause: unknown) => cause);
    expect(quotes.errors.closed.is(error) && error.details).toEqual({ untilMs: 5 });
    expect(transport.sent).toHaveLength(3);
  });

  it("names service, operation, instance, attempts and why there was no other in any other error", async () => {
    const { run } = world((fake) => fake.answers({ status: 500 }));
    await expect(run(() => use(quotes).getQuote({ params: { id: "0" } }))).rejects.toMatchObject({
      code: "UPSTREAM_FAILED",
      retry: "never",
      details: {
        service: "quotes",
        operation: "getQuote",
        instance: expect.stringMatching(/^[ab]$/),
        attempts: 3,
        retry: { allowed: false, why: "3 attempts are the most" },
      },
    });
  });

  it("refuses an answer that breaks the contract, without asking again", async () => {
    const { transport, run } = world((fake) => fake.answers({ json: { id: 42 } }));
    await expect(run(() => use(quotes).getQuote({ params: { id: "0" } }))).rejects.toMatchObject({
      code: "REPLY_INVALID",
    });
    expect(transport.sent).toHaveLength(1);
  });

  it("refuses an answer over its bound", async () => {
    const { run } = world((fake) => fake.answers({ body: new Uint8Array(101) }));
    const answer = run(() => use(quotes, { replyBytesMax: 100 }).getQuote({ params: { id: "0" } }));
    await expect(answer).rejects.toMatchObject({
      code: "REPLY_INVALID",
      message: expect.stringContaining("100 bytes"),
    });
  });

  it("tries again when a reply is lost halfway", async () => {
    let count = 0;
    const { transport, run } = world((fake) => async (request, context, nth) => {
      count += 1;
      if (count > 1) return fake.answers({ json: quote })(request, context, nth);
      const body = (async function* () {
        yield Buffer.from('{"id":');
        throw new Error("reset");
      })();
      return fake.answers({ body, headers: { "content-type": "application/json" } })(request, context, nth);
    });
    expect(await run(() => use(quotes).getQuote({ params: { id: "42" } }))).toEqual(quote);
    expect(transport.sent).toHaveLength(2);
  });

  it("refuses a policy it does not know, when it is made", () => {
    const { runtime } = world((fake) => fake.answers());
    expect(() => withRuntime(runtime, () => use(quotes, { attemptsMax: 0 }))).toThrow("attemptsMax");
  });

  it("is typed by its contract", () => {
    const make = () => use(quotes);
    type Quotes = ReturnType<typeof make>;
    expectTypeOf<Awaited<ReturnType<Quotes["getQuote"]>>>().toEqualTypeOf<{ id: string; amount: number }>();
    expectTypeOf<Awaited<ReturnType<Quotes["dropQuotes"]>>>().toEqualTypeOf<undefined>();
    expectTypeOf<Parameters<Quotes["getQuote"]>[0]>().toEqualTypeOf<{ readonly params: { id: string } }>();
    // @ts-expect-error -- there is no such operation
    expectTypeOf<Quotes["getQuota"]>();
  });
});

describe("follow", () => {
  const toQuote = link(quotes.operations.getQuote);

  it("gets what a link points to, typed", async () => {
    const { transport, run } = world((fake) => fake.answers({ json: quote }));
    const followed = await run(() => follow(toQuote, toQuote.to({ params: { id: "42" } })));
    expectTypeOf(followed).toEqualTypeOf<{ id: string; amount: number }>();
    expect(followed).toEqual(quote);
    expect(transport.sent[0]?.request.target).toBe("/quotes/42");
  });

  it("follows no link to elsewhere", async () => {
    const { transport, run } = world((fake) => fake.answers({ json: quote }));
    const elsewhere = "http://rates.service/quotes/42" as ReturnType<typeof toQuote.to>;
    await expect(run(() => follow(toQuote, elsewhere))).rejects.toMatchObject({ code: "REQUEST_INVALID" });
    expect(transport.sent).toHaveLength(0);
  });
});
