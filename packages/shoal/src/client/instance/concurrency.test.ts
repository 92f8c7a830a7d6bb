import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CancelSource, cancellationOfSignal, NEVER_CANCELLED } from "../../core/cancellation.ts";
import { shoalError } from "../../core/errors.ts";
import { type HttpReply, readBody } from "../../core/message.ts";
import { failure, type Outcome, success } from "../../core/outcome.ts";
import { sampleCall, sampleContext } from "../../testing/sample-call.ts";
import { concurrencyLimit, createTurnstile, type Entry } from "./concurrency.ts";

const turnOf = (entry: Entry) => (entry.kind === "waiting" ? entry.turn : Promise.resolve(entry.kind === "admitted"));

describe("createTurnstile", () => {
  it("lets in as many as may, lets as many wait, and turns away the next", () => {
    const turnstile = createTurnstile(
      () => 2,
      () => 1,
    );
    const kinds = Array.from({ length: 4 }, () => turnstile.enter(NEVER_CANCELLED).kind);
    expect(kinds).toEqual(["admitted", "admitted", "waiting", "full"]);
  });

  it("serves those who wait in their order", async () => {
    const turnstile = createTurnstile(
      () => 1,
      () => 3,
    );
    turnstile.enter(NEVER_CANCELLED);
    const order: number[] = [];
    const waits = [1, 2, 3].map(async (number) => {
      await turnOf(turnstile.enter(NEVER_CANCELLED));
      order.push(number);
      turnstile.leave();
    });
    turnstile.leave();
    await Promise.all(waits);
    expect(order).toEqual([1, 2, 3]);
    expect(turnstile.inFlight()).toBe(0);
  });

  it("frees the place of one that leaves the queue", async () => {
    const turnstile = createTurnstile(
      () => 1,
      () => 1,
    );
    turnstile.enter(NEVER_CANCELLED);
    const controller = new AbortController();
    const waits = turnOf(turnstile.enter(cancellationOfSignal(controller.signal)));
    controller.abort();
    expect(await waits).toBe(false);
    expect(turnstile.waiting()).toBe(0);
    expect(turnstile.enter(NEVER_CANCELLED).kind).toBe("waiting");
  });

  it("lets in those who wait, in their order, when more may go in than before", async () => {
    let inFlightMax = 1;
    const turnstile = createTurnstile(
      () => inFlightMax,
      () => 3,
    );
    turnstile.enter(NEVER_CANCELLED);
    const order: number[] = [];
    for (const number of [1, 2]) void turnOf(turnstile.enter(NEVER_CANCELLED)).then(() => order.push(number));
    inFlightMax = 4;
    await turnOf(turnstile.enter(NEVER_CANCELLED));
    expect(order).toEqual([1, 2]);
    expect([turnstile.inFlight(), turnstile.waiting()]).toEqual([4, 0]);
  });

  it("lets nobody in until there are fewer than may, when fewer may than are", async () => {
    let inFlightMax = 3;
    const turnstile = createTurnstile(
      () => inFlightMax,
      () => 3,
    );
    for (let count = 0; count < 3; count += 1) turnstile.enter(NEVER_CANCELLED);
    inFlightMax = 1;
    const kinds = [turnstile.enter(NEVER_CANCELLED).kind];
    turnstile.leave();
    turnstile.leave();
    expect([turnstile.inFlight(), turnstile.waiting()]).toEqual([1, 1]);
    turnstile.leave();
    expect([turnstile.inFlight(), turnstile.waiting()]).toEqual([1, 0]);
    expect(kinds).toEqual(["waiting"]);
  });

  it("keeps to its bounds, and settles every wait once, in any order of events", async () => {
    const event = fc.constantFrom<keyof ReturnType<typeof crowd>["act"]>("enter", "leave", "abort");
    const bounds = [fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 4 })] as const;
    await fc.assert(
      fc.asyncProperty(...bounds, fc.array(event, { maxLength: 200 }), async (inFlightMax, waitersMax, events) => {
        const { turnstile, act, inside, queue } = crowd(inFlightMax, waitersMax);
        for (const one of events) {
          act[one]();
          await Promise.resolve();
          await Promise.resolve();
          expect([turnstile.inFlight(), turnstile.waiting()]).toEqual([inside(), queue.length]);
          expect(inside()).toBeLessThanOrEqual(inFlightMax);
          expect(queue.length).toBeLessThanOrEqual(waitersMax);
        }
      }),
    );
  });
});

describe("concurrencyLimit", () => {
  const ok = success<HttpReply>({ status: 200, headers: {}, body: undefined });

  /** Room for one, and for one who waits; requests end when the test says so. */
  function limited() {
    const turnstile = createTurnstile(
      () => 1,
      () => 1,
    );
    const events: string[] = [];
    const filter = concurrencyLimit(turnstile, "quotes-1", (event) => void events.push(event));
    const send = (call = sampleCall()) => {
      const below = Promise.withResolvers<Outcome<HttpReply>>();
      const caller = new CancelSource();
      let sent = false;
      const outcome = filter(call, sampleContext({ signal: caller.signal }), () => {
        sent = true;
        return below.promise;
      });
      outcome.catch(() => {}); // looked at later
      return { call, caller, below, outcome, wasSent: () => sent };
    };
    return { turnstile, events, send };
  }

  it("gives the place back however a request ends", async () => {
    const { turnstile, send } = limited();
    const failed = failure<HttpReply>("failed", shoalError("UPSTREAM_FAILED", { message: "no" }));
    for (const end of [ok, failed]) {
      const { below, outcome } = send();
      expect(turnstile.inFlight()).toBe(1);
      below.resolve(end);
      expect(await outcome).toBe(end);
      expect(turnstile.inFlight()).toBe(0);
    }
    const { below, outcome } = send();
    below.reject(new Error("bug"));
    await expect(outcome).rejects.toThrow("bug");
    expect(turnstile.inFlight()).toBe(0);
  });

  it("holds the place of a reply that streams until it has arrived", async () => {
    const { turnstile, send } = limited();
    const { below, outcome } = send();
    below.resolve(success({ status: 200, headers: {}, body: (async function* () {})() }));
    const { reply } = await outcome;
    expect(turnstile.inFlight()).toBe(1);
    await readBody(reply?.body, 0);
    expect(turnstile.inFlight()).toBe(0);
  });

  it("sends one who waited when there is room", async () => {
    const { turnstile, events, send } = limited();
    const [first, second] = [send(), send()];
    expect(second.wasSent()).toBe(false);
    first.below.resolve(ok);
    await first.outcome;
    await Promise.resolve();
    expect([second.wasSent(), turnstile.inFlight()]).toEqual([true, 1]);
    second.below.resolve(ok);
    expect([await second.outcome, turnstile.inFlight(), events]).toEqual([ok, 0, []]);
  });

  it("turns away, unsent and counted, who finds as many waiting as may", async () => {
    const { events, send } = limited();
    send();
    send();
    const third = send();
    const message = expect.stringContaining("1 calls to quotes-1 are in flight and 1 wait: as many wait as may");
    expect(await third.outcome).toMatchObject({ kind: "unsent", error: { code: "LIMIT_REACHED", message } });
    expect([events, third.wasSent()]).toEqual([["queue_full"], false]);
  });

  it("counts a wait that took too long, and not a caller who left", async () => {
    for (const [code, counted] of [
      ["ATTEMPT_TIMEOUT", ["queue_full"]],
      ["CANCELLED", []],
    ] as const) {
      const { turnstile, events, send } = limited();
      send();
      const second = send();
      second.caller.cancel(shoalError(code, { message: "enough" }));
      const message = expect.stringContaining("the wait took too long");
      expect(await second.outcome).toMatchObject({ kind: "unsent", error: { code: "LIMIT_REACHED", message } });
      expect([events, second.wasSent(), turnstile.waiting()]).toEqual([counted, false, 0]);
    }
  });

  it("does not send what is not needed any more when its turn comes", async () => {
    const { turnstile, events, send } = limited();
    const [first, second] = [send(), send()];
    second.call.superseded = true;
    first.below.resolve(ok);
    const message = expect.stringContaining("it was not needed any more");
    expect(await second.outcome).toMatchObject({ kind: "unsent", error: { code: "LIMIT_REACHED", message } });
    expect([second.wasSent(), turnstile.inFlight(), events]).toEqual([false, 0, []]);
  });
});

/** People at a turnstile, who count for themselves how many are inside and wait. */
function crowd(inFlightMax: number, waitersMax: number) {
  const turnstile = createTurnstile(
    () => inFlightMax,
    () => waitersMax,
  );
  const queue: AbortController[] = [];
  let inside = 0;
  const act = {
    enter() {
      const controller = new AbortController();
      const entry = turnstile.enter(cancellationOfSignal(controller.signal));
      if (entry.kind === "admitted") inside += 1;
      if (entry.kind !== "waiting") return;
      queue.push(controller);
      void entry.turn.then((admitted) => {
        queue.splice(queue.indexOf(controller), 1);
        if (admitted) inside += 1;
      });
    },
    leave() {
      if (inside === 0) return;
      inside -= 1;
      turnstile.leave();
    },
    abort: () => queue[0]?.abort(),
  };
  return { turnstile, queue, act, inside: () => inside };
}
