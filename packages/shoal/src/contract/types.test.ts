import { describe, expectTypeOf, it } from "vitest";
import { z } from "zod";
import type { Context } from "../core/context.ts";
import type { ShoalError } from "../core/errors.ts";
import type { Handlers } from "../server/handlers.ts";
import { serve } from "../server/serve.ts";
import type { Contract } from "./contract.ts";
import { contract } from "./contract.ts";
import { type Link, link, withLinks } from "./link.ts";
import type {
  ConsumerInput,
  ConsumerReply,
  HandlerInput,
  HandlerReply,
  InputArgument,
  Operation,
} from "./operation.ts";
import { get, post } from "./operation.ts";
import { type ItemStream, stream } from "./stream.ts";

// These hold at the type check (npm run types); at run time they only hold that nothing throws.

const Money = z.object({ amount: z.string().transform(Number), currency: z.string().default("EUR") });
const schools = contract("schools", { getSchool: get("/schools/:id", { params: z.object({ id: z.string() }) }) });
const quotes = contract("quotes", {
  create: post("/quotes", { body: Money, returns: Money, errors: { tooMuch: 422 }, idempotent: true }),
  read: get("/quotes/:id", {
    params: z.object({ id: z.string() }),
    query: z.object({ full: z.boolean().optional() }),
    returns: withLinks(z.object({ id: z.string() }), { school: link(schools.operations.getSchool) }),
    errors: { notFound: { status: 404, details: z.object({ id: z.string() }) } },
  }),
  ping: get("/ping", {}),
  watch: get("/watch", { query: z.object({ to: z.string() }), returns: stream(Money) }),
});
const ticker = contract("ticker", { watch: get("/watch", { returns: stream(Money) }) });
type Spec<Name extends keyof typeof quotes.operations> = (typeof quotes.operations)[Name]["spec"];
/** The input of what the consumer passes, before defaults and transforms. */
type MoneyIn = { amount: string; currency?: string | undefined };
type MoneyOut = { amount: number; currency: string };

describe("a contract's types", () => {
  it("give a handler what validation made, and take from it what validation is given", () => {
    expectTypeOf<HandlerInput<Spec<"create">>>().toEqualTypeOf<{ readonly body: MoneyOut }>();
    expectTypeOf<HandlerReply<Spec<"create">>>().toEqualTypeOf<MoneyIn>();
    expectTypeOf<HandlerInput<Spec<"ping">>>().toEqualTypeOf<Record<never, never>>();
    expectTypeOf<HandlerReply<Spec<"ping">>>().toEqualTypeOf<void>();
  });

  it("take from a consumer what validation is given, and give it what validation made", () => {
    expectTypeOf<ConsumerInput<Spec<"create">>>().toEqualTypeOf<{ readonly body: MoneyIn }>();
    expectTypeOf<ConsumerReply<Spec<"create">>>().toEqualTypeOf<MoneyOut>();
    expectTypeOf<ConsumerReply<Spec<"ping">>>().toEqualTypeOf<undefined>();
  });

  it("of a stream take items before validation, and give them after it", () => {
    expectTypeOf<HandlerReply<Spec<"watch">>>().toEqualTypeOf<AsyncIterable<MoneyIn>>();
    expectTypeOf<ConsumerReply<Spec<"watch">>>().toEqualTypeOf<ItemStream<MoneyOut>>();
    const read = async (items: ConsumerReply<Spec<"watch">>) => {
      for await (const item of items) expectTypeOf(item).toEqualTypeOf<MoneyOut>();
    };
    expectTypeOf(read).toBeFunction();
  });

  it("let the input be left out only where nothing is asked for", () => {
    expectTypeOf<undefined>().toExtend<InputArgument<Spec<"ping">>>();
    expectTypeOf<undefined>().not.toExtend<InputArgument<Spec<"create">>>();
  });

  it("know each declared error with its details, and no other", () => {
    expectTypeOf(quotes.errors).toHaveProperty("tooMuch");
    expectTypeOf(quotes.errors).toHaveProperty("notFound");
    expectTypeOf<keyof typeof quotes.errors>().toEqualTypeOf<"tooMuch" | "notFound">();
    expectTypeOf(quotes.errors.notFound).parameter(0).toEqualTypeOf<{ id: string } | undefined>();
    const error: unknown = quotes.errors.notFound({ id: "7" });
    if (quotes.errors.notFound.is(error)) {
      expectTypeOf(error).toExtend<ShoalError<"notFound">>();
      expectTypeOf(error.details.id).toEqualTypeOf<string>();
    }
    // @ts-expect-error: the details do not fit
    quotes.errors.notFound({ id: 7 });
  });

  it("carry the operation that a link leads to", () => {
    const { to, operation } = link(schools.operations.getSchool);
    expectTypeOf(operation).toEqualTypeOf(schools.operations.getSchool);
    expectTypeOf(to({ params: { id: "7" } })).toEqualTypeOf<Link<(typeof schools.operations.getSchool)["spec"]>>();
    expectTypeOf<ConsumerReply<Spec<"read">>["school"]>().toExtend<string>();
    // @ts-expect-error: the school has another parameter
    const wrong = () => to({ params: { name: "x" } });
    expectTypeOf(wrong).toBeFunction();
  });

  it("let any contract stand where a contract is asked for", () => {
    expectTypeOf(quotes).toExtend<Contract>();
    expectTypeOf(quotes.operations.read).toExtend<Operation>();
  });
});

describe("serve's types", () => {
  type QuoteHandlers = Handlers<typeof quotes extends Contract<infer Ops> ? Ops : never>;

  it("ask for one handler of each operation", () => {
    expectTypeOf<keyof QuoteHandlers>().toEqualTypeOf<"create" | "read" | "ping" | "watch">();
    expectTypeOf<QuoteHandlers["create"]>().parameters.toEqualTypeOf<[{ readonly body: MoneyOut }, Context]>();
  });

  it("infer a handler's parameters, in an object, a function and an asynchronous function", () => {
    const create = ({ body }: { body: MoneyOut }) => ({ amount: String(body.amount) });
    const school = link(schools.operations.getSchool).to({ params: { id: "1" } });
    serve(quotes, {
      create,
      read: ({ params, query }) => {
        expectTypeOf(params).toEqualTypeOf<{ id: string }>();
        expectTypeOf(query).toEqualTypeOf<{ full?: boolean | undefined }>();
        return { id: params.id, school };
      },
      ping() {},
      async *watch({ query }) {
        expectTypeOf(query).toEqualTypeOf<{ to: string }>();
        yield { amount: "1" };
        yield { amount: "2", currency: "GBP" };
      },
    });
    serve(quotes, async () => ({
      async create({ body }) {
        expectTypeOf(body).toEqualTypeOf<MoneyOut>();
        return { amount: "1" };
      },
      read: async ({ params }) => ({ id: params.id, school }),
      ping: async () => {},
      watch: async () => amounts(),
    }));
    async function* amounts() {
      yield { amount: "1" };
    }
  });

  it("refuse a handler that is missing or returns something else", () => {
    async function* numbers() {
      yield { amount: 1 };
    }
    const wrong = [
      // @ts-expect-error: read, ping and watch are missing
      () => serve(quotes, { create: () => ({ amount: "1" }) }),
      // @ts-expect-error: the amount is a text before validation
      () => serve(schools, { getSchool: () => 5 }),
      // @ts-expect-error: an item's amount is a text before validation
      () => serve(ticker, { watch: numbers }),
      // @ts-expect-error: one item is no stream of items
      () => serve(ticker, { watch: () => ({ amount: "1" }) }),
    ];
    expectTypeOf(wrong).toBeArray();
  });
});
