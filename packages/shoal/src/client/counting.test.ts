import { describe, expect, it } from "vitest";
import type { HttpRequest } from "../core/message.ts";
import { type EdgeEvent, NO_RESILIENCE_METER } from "../telemetry/resilience.ts";
import { createFakeRuntime } from "../testing/fake-runtime.ts";
import { createFakeTransport } from "../testing/fake-transport.ts";
import { sampleInstance } from "../testing/sample-instance.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { type SendOptions, sendToService } from "./client.ts";

const GET: HttpRequest = { method: "GET", target: "/", headers: {}, body: undefined };
type Counts = Readonly<Partial<Record<EdgeEvent, number>>>;

/** What one call counts, of `events`, with two instances that behave as told. */
async function counted(
  events: readonly EdgeEvent[],
  behave: (transport: ReturnType<typeof createFakeTransport>) => void,
  options: SendOptions & { readonly calls?: number } = {},
): Promise<Counts> {
  const { calls = 1, ...policy } = options;
  const clock = createVirtualClock();
  const transport = createFakeTransport(clock);
  const counts: Partial<Record<EdgeEvent, number>> = {};
  const edge = () => (event: EdgeEvent) => {
    if (events.includes(event)) counts[event] = (counts[event] ?? 0) + 1;
  };
  const runtime = { ...createFakeRuntime({ clock }), transport, resilience: { ...NO_RESILIENCE_METER, edge } };
  behave(transport);
  let open = calls;
  const done = () => {
    open -= 1;
  };
  for (let call = 0; call < calls; call += 1) sendToService(runtime, "quotes", GET, policy).then(done, done);
  runtime.registry.push(["a", "b"].map((name) => sampleInstance(name, { service: "quotes", address: name })));
  while (open > 0 && (await clock.advanceToNext()));
  expect(open).toBe(0);
  return counts;
}

const both =
  (behaviour: "answers" | "refuses" | "hangs" | "loses") => (transport: ReturnType<typeof createFakeTransport>) => {
    for (const name of ["a", "b"]) transport.at(name, transport[behaviour]());
  };

describe("what a client decides is counted once", () => {
  it("a call, whatever becomes of it", async () => {
    const all: readonly EdgeEvent[] = ["call", "retry", "requeue", "throttled", "deadline_exceeded", "attempt_timeout"];
    expect(await counted(all, both("answers"))).toEqual({ call: 1 });
  });

  it("a retry, when it is decided", async () => {
    expect(await counted(["call", "retry", "retry_denied"], both("loses"))).toEqual({ call: 1, retry: 2 });
  });

  it("a retry that the budget could not pay for", async () => {
    const broke = { budgetReservePerSecond: 0 };
    expect(await counted(["retry", "retry_denied"], both("loses"), broke)).toEqual({ retry_denied: 1 });
  });

  it("a request that is moved on", async () => {
    const counts = await counted(["retry", "requeue"], (transport) => {
      transport.at("a", transport.answers({ status: 503, headers: { "x-shoal-nack": "retryable" } }));
      transport.at("b", transport.answers({ status: 503, headers: { "x-shoal-nack": "retryable" } }));
    });
    expect(counts).toEqual({ requeue: 1, retry: 1 });
  });

  it("an attempt that takes too long, and not the call's own time as one", async () => {
    const events: readonly EdgeEvent[] = ["attempt_timeout", "deadline_exceeded"];
    const attempts = { attemptMs: 100, attemptsMax: 2 };
    expect(await counted(events, both("hangs"), attempts)).toEqual({ attempt_timeout: 2 });
    expect(await counted(events, both("hangs"), { deadlineMs: 100 })).toEqual({ deadline_exceeded: 1 });
  });

  it("a call without a free connection, at once or in time", async () => {
    const noCrowd = { waitForInstanceMs: 0 }; // after a start without instances a full one is waited for
    const narrow = {
      connectionsMax: 1,
      attemptMs: 50,
      attemptsMax: 1,
      budgetReservePerSecond: 0,
      calls: 10,
      ...noCrowd,
    };
    expect(await counted(["queue_full"], both("hangs"), { ...narrow, waitersMax: 0 })).toEqual({ queue_full: 8 });
    const stuck = (transport: ReturnType<typeof createFakeTransport>) => {
      for (const name of ["a", "b"]) transport.at(name, () => new Promise(() => {})); // its connection is never free
    };
    expect(await counted(["queue_full"], stuck, { ...narrow, waitersMax: 8 })).toEqual({ queue_full: 8 });
  });
});
