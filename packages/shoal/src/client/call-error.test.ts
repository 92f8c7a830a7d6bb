import { describe, expect, it } from "vitest";
import { z } from "zod";
import { contract } from "../contract/contract.ts";
import { get, post } from "../contract/operation.ts";
import { isShoalError, type ShoalError } from "../core/errors.ts";
import { createFakeRuntime } from "../testing/fake-runtime.ts";
import { type Behaviour, createFakeTransport, type FakeTransport } from "../testing/fake-transport.ts";
import { sampleInstance } from "../testing/sample-instance.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import type { CallOptions } from "./call-operation.ts";
import type { CallPolicy } from "./policy.ts";
import { withRuntime } from "./process-runtime.ts";
import { use } from "./use.ts";

const quotes = contract("quotes", {
  getQuote: get("/quotes/:id", { params: z.object({ id: z.string() }), returns: z.object({ id: z.string() }) }),
  createQuote: post("/quotes", { body: z.object({ id: z.string() }) }),
});
const problem = { "content-type": "application/problem+json" };

interface Path {
  readonly behave?: (transport: FakeTransport) => Behaviour;
  /** Default: one. */
  readonly instances?: readonly string[];
  readonly policy?: CallPolicy;
  readonly options?: CallOptions;
  readonly leavesAtMs?: number;
  readonly post?: boolean;
  /** Calls before the one that is looked at. */
  readonly before?: number;
}

/** The error that a call ends with. */
async function errorOf(path: Path): Promise<ShoalError> {
  const { behave = (transport) => transport.answers(), instances = ["quotes-1"], policy = {}, options = {} } = path;
  const clock = createVirtualClock();
  const transport = createFakeTransport(clock);
  const runtime = { ...createFakeRuntime({ clock }), transport };
  for (const name of instances) transport.at(name, behave(transport));
  const controller = new AbortController();
  const consumer = withRuntime(runtime, () => use(quotes, policy));
  const send = () => {
    const given = { ...options, signal: controller.signal };
    const sent = path.post
      ? consumer.createQuote({ body: { id: "1" } }, given)
      : consumer.getQuote({ params: { id: "1" } }, given);
    return withRuntime(runtime, () => sent).then(
      () => undefined,
      (cause: unknown) => cause,
    );
  };
  const call = async () => {
    let error: unknown;
    let done = false;
    void withRuntime(runtime, send).then((ended) => {
      error = ended;
      done = true;
    });
    runtime.registry.push(
      instances.map((name) => sampleInstance(name, { service: "quotes", address: name })),
      ["quotes"],
    );
    if (path.leavesAtMs !== undefined) clock.after(path.leavesAtMs, () => controller.abort());
    while (!done && (await clock.advanceToNext()));
    return error;
  };
  for (let count = 0; count < (path.before ?? 0); count += 1) await call();
  const error = await call();
  if (!isShoalError(error)) throw new Error(`no failure, but ${String(error)}`);
  return error;
}

const failing = (transport: FakeTransport) => transport.answers({ status: 500 });
const nacking = (kind: string) => (transport: FakeTransport) =>
  transport.answers({ status: 503, headers: { "x-shoal-nack": kind } });
const noPause = { backoffMsFirst: 0, backoffMsMax: 0 };

/** What happens, the message, and what `details` has beside service and operation. */
const PATHS: readonly (readonly [string, Path, string, object])[] = [
  [
    "the attempts are exhausted",
    { behave: failing, policy: noPause },
    "[UPSTREAM_FAILED] quotes.getQuote answered 500 (attempt 3 of 3, last at quotes-1, after 3 of 10000 ms; " +
      "not tried again: 3 attempts are the most)",
    { attempts: 3, unsent: 0, attemptsMax: 3, elapsedMs: 3, retry: { allowed: false, why: "3 attempts are the most" } },
  ],
  [
    "it is not idempotent",
    { behave: (transport) => transport.loses(5), post: true },
    "[CONNECTION_LOST] connection reset (quotes.createQuote: attempt 1 of 3, last at quotes-1, after 5 of 10000 ms; " +
      "not tried again: it may have been processed, and it is not idempotent)",
    { attempts: 1, retry: { allowed: false, why: "it may have been processed, and it is not idempotent" } },
  ],
  [
    "the budget is spent",
    { behave: failing, policy: { budgetReservePerSecond: 0 } },
    "[UPSTREAM_FAILED] quotes.getQuote answered 500 (attempt 1 of 3, last at quotes-1, after 1 of 10000 ms; " +
      "not tried again: the retry budget of this process is spent)",
    { attempts: 1, retry: { allowed: false, why: "the retry budget of this process is spent" } },
  ],
  [
    "the last attempt times out",
    { behave: (transport) => transport.hangs(), policy: { ...noPause, attemptMs: 100, attemptsMax: 2 } },
    "[ATTEMPT_TIMEOUT] quotes.getQuote: no reply from quotes-1 within 100 ms (attempt 2 of 2, last at quotes-1, " +
      "after 200 of 10000 ms; not tried again: 2 attempts are the most)",
    { attempts: 2, attemptsMax: 2, elapsedMs: 200, deadlineMs: 10_000 },
  ],
  [
    "too little time is left for another attempt",
    { behave: (transport) => transport.answers({ status: 500, afterMs: 90 }), policy: { deadlineMs: 150 } },
    "[UPSTREAM_FAILED] quotes.getQuote answered 500 (attempt 1 of 3, last at quotes-1, after 90 of 150 ms; " +
      "not tried again: 60 ms are too few for another attempt)",
    { elapsedMs: 90, deadlineMs: 150, retry: { allowed: false, why: "60 ms are too few for another attempt" } },
  ],
  [
    "its time is over",
    { behave: (transport) => transport.hangs(), policy: { deadlineMs: 400 } },
    "[DEADLINE_EXCEEDED] quotes.getQuote: no answer within 400 ms (attempt 1 of 3, last at quotes-1, " +
      "after 400 of 400 ms; could have been tried again, but its time was over)",
    { attempts: 1, elapsedMs: 400, deadlineMs: 400, retry: { allowed: true, why: "its time was over" } },
  ],
  [
    "its time is over, and it must not be repeated anyway",
    { behave: (transport) => transport.hangs(), policy: { deadlineMs: 400 }, post: true },
    "[DEADLINE_EXCEEDED] quotes.createQuote: no answer within 400 ms (attempt 1 of 3, last at quotes-1, " +
      "after 400 of 400 ms; not tried again: it may have been processed, and it is not idempotent)",
    { retry: { allowed: false, why: "it may have been processed, and it is not idempotent" } },
  ],
  [
    "the caller leaves",
    { behave: (transport) => transport.hangs(), leavesAtMs: 40 },
    "[CANCELLED] quotes.getQuote: the caller has gone (attempt 1 of 3, last at quotes-1, after 40 of 10000 ms; " +
      "could have been tried again, but its caller has gone)",
    { retry: { allowed: true, why: "its caller has gone" } },
  ],
  [
    "there is no instance",
    { instances: [] },
    "[NO_INSTANCE] quotes has no ready instance (quotes.getQuote: never sent, after 1000 of 10000 ms; " +
      "not tried again: there was no instance to go to)",
    { attempts: 0, unsent: 0, retry: { allowed: false, why: "there was no instance to go to" } },
  ],
  [
    "nothing listens",
    { behave: (transport) => transport.refuses(), policy: { ...noPause, waitForInstanceMs: 0, attemptsMax: 1 } },
    "[NO_INSTANCE] quotes: its instance refuses connections (quotes.getQuote: never sent in 1 try, " +
      "last to quotes-1, after 0 of 10000 ms; not tried again: there was no instance to go to)",
    { unsent: 1, instance: "quotes-1" },
  ],
  [
    "every instance refuses before it begins",
    { behave: nacking("retryable"), policy: { ...noPause, attemptsMax: 2 }, instances: ["quotes-1", "quotes-2"] },
    "[UPSTREAM_FAILED] quotes.getQuote answered 503 (attempt 2 of 2, last at quotes-1, after 2 of 10000 ms; " +
      "not tried again: 2 attempts are the most)",
    { attempts: 2, unsent: 0 },
  ],
  [
    "an instance refuses for good",
    { behave: nacking("final") },
    "[UPSTREAM_FAILED] quotes.getQuote answered 503 (attempt 1 of 3, last at quotes-1, after 1 of 10000 ms; " +
      "not tried again: the instance says that nobody waits for the answer any more)",
    { attempts: 1 },
  ],
  [
    "the service says that no retry helps",
    { behave: (transport) => transport.answers({ status: 500, headers: { "x-shoal-retry": "never" } }) },
    "[UPSTREAM_FAILED] quotes.getQuote answered 500 (attempt 1 of 3, last at quotes-1, after 1 of 10000 ms; " +
      "not tried again: the service says that no retry helps)",
    { attempts: 1 },
  ],
  [
    "the reply breaks the contract",
    { behave: (transport) => transport.answers({ json: { id: 5 } }) },
    "[REPLY_INVALID] ",
    { attempts: 1, retry: { allowed: false, why: "another try would be answered the same" } },
  ],
  [
    "the answer is an error that the contract does not declare",
    { behave: (transport) => transport.answers({ status: 404, headers: problem, json: { code: "x", detail: "no" } }) },
    "[x] quotes.getQuote: no (attempt 1 of 3, last at quotes-1, after 1 of 10000 ms; " +
      "not tried again: another try would be answered the same)",
    { attempts: 1 },
  ],
  [
    "it is held back",
    {
      behave: nacking("retryable"),
      policy: { ...noPause, attemptsMax: 1, throttlePerSecondMin: 0, throttleShareMax: 1, waitForInstanceMs: 0 },
      before: 3,
    },
    "[THROTTLED] quotes.getQuote: held back, for 100 % of the requests to quotes were refused of late " +
      "(never sent, after 0 of 10000 ms; " +
      "not tried again: the service refuses most requests, and more of them would not help it)",
    { attempts: 0 },
  ],
];

describe("the error of a call", () => {
  it.each(PATHS)("says where, how far and why not again when %s", async (_, path, message, details) => {
    const error = await errorOf(path);
    expect(error.message.slice(0, message.length)).toBe(message);
    expect(error.retry).toBe("never");
    const operation = path.post ? "createQuote" : "getQuote";
    expect(error.details).toMatchObject({ service: "quotes", operation, ...details });
    expect(error.details["retry"]).toEqual({ allowed: expect.any(Boolean), why: expect.stringMatching(/^\w.*\w$/) });
    expect(JSON.parse(JSON.stringify(error.details))).toEqual(error.details);
  });

  it("counts both requests of a call that was hedged in vain", async () => {
    let count = 0;
    const error = await errorOf({
      instances: ["quotes-1", "quotes-2"],
      policy: { hedgeExtraLoad: 0.1, deadlineMs: 400, attemptsMax: 2 },
      before: 500,
      behave: (transport) => {
        const answers = transport.answers({ json: { id: "1" }, afterMs: 10 });
        const hangs = transport.hangs();
        return (request, context, nth) => {
          count += 1;
          return (count > 500 ? hangs : answers)(request, context, nth);
        };
      },
    });
    expect(count).toBe(502);
    expect(error.message).toMatch(
      /\(attempt 2 of 2, last at quotes-[12], after 400 of 400 ms; not tried again: 2 attempts/,
    );
    expect(error.details).toMatchObject({ attempts: 2, retry: { allowed: false, why: "2 attempts are the most" } });
  });

  it("says which calls further down it failed for, as far as that is well formed", async () => {
    const hop = { service: "rates", operation: "getRate", instance: "rates-1", code: "CONNECTION_LOST" };
    const told = (hops: unknown) => ({
      behave: (transport: FakeTransport) =>
        transport.answers({
          status: 502,
          headers: { ...problem, "x-shoal-retry": "never" },
          json: { code: "UPSTREAM_FAILED", detail: "a call that quotes.getQuote made has failed", details: { hops } },
        }),
    });
    expect((await errorOf(told([hop]))).details["hops"]).toEqual([hop]);
    const wild = [
      5,
      null,
      { ...hop, secret: 1 },
      { service: "x" },
      { ...hop, code: "notFound", instance: "y".repeat(200) },
    ];
    expect((await errorOf(told(wild))).details["hops"]).toEqual([
      hop,
      { service: "rates", operation: "getRate", code: "UPSTREAM_FAILED" },
    ]);
    expect((await errorOf(told(Array(100).fill(hop)))).details["hops"]).toHaveLength(7);
    expect((await errorOf(told("rates"))).details).not.toHaveProperty("hops");
  });
});
