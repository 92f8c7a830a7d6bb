import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Context } from "../core/context.ts";
import { shoalError } from "../core/errors.ts";
import { SILENT_LOG } from "../core/log.ts";
import type { HttpRequest } from "../core/message.ts";
import { failure } from "../core/outcome.ts";
import { newTrace, parseTrace } from "../core/trace-context.ts";
import { createFakeRuntime } from "../testing/fake-runtime.ts";
import { type Behaviour, createFakeTransport, type SentRequest } from "../testing/fake-transport.ts";
import { sampleInstance } from "../testing/sample-instance.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { closeClients, type SendOptions, sendToService } from "./client.ts";

const GET: HttpRequest = { method: "GET", target: "/quotes/1?secret=x", headers: {}, body: undefined };
const POST: HttpRequest = { method: "POST", target: "/quotes", headers: {}, body: Buffer.from("{}") };

/** A client of "quotes" with instances at "a", "b", …, on virtual time. */
function world(names: readonly string[], seed = 1) {
  const clock = createVirtualClock();
  const transport = createFakeTransport(clock);
  const runtime = { ...createFakeRuntime({ clock, seed, identity: { service: "edge" } }), transport };
  const push = (now: readonly string[]) => {
    const instances = now.map((name) => sampleInstance(name, { service: "quotes", address: name }));
    runtime.registry.push(instances, ["quotes"]);
  };
  const send = (request: HttpRequest = GET, options: SendOptions = {}) => {
    const answer = sendToService(runtime, "quotes", request, options);
    answer.catch(() => {}); // looked at later, when time has moved
    return answer;
  };
  /** The answer of a call, moving time until it comes. */
  const settled = async (answer: ReturnType<typeof send>) => {
    let done = false;
    void answer.then(
      () => {
        done = true;
      },
      () => {
        done = true;
      },
    );
    while (!done && (await clock.advanceToNext()));
    if (!done) throw new Error("it never ends: nothing is left to happen");
    return answer;
  };
  // the first call begins the watch
  void send().catch(() => {});
  push(names);
  return { clock, transport, runtime, push, send, settled };
}

/** The same, after its first call. */
async function warmWorld(names: readonly string[], seed = 1) {
  const made = world([], seed);
  for (const name of names) made.transport.at(name, made.transport.answers());
  made.push(names);
  await made.clock.advance(100);
  return { ...made, firsts: made.transport.sent.length };
}

describe("a call", () => {
  it("is answered by an instance", async () => {
    const { transport, send, settled } = await warmWorld(["a"]);
    transport.at("a", transport.answers({ status: 404 }));
    expect((await settled(send())).status).toBe(404);
  });

  it("carries its deadline, attempt, caller, realm and trace, which an app's own trace headers replace", async () => {
    const { transport, send, settled } = await warmWorld(["a"]);
    await settled(send(GET, { deadlineMs: 2_000 }));
    const headers = transport.sent.at(-1)?.request.headers ?? {};
    expect(headers).toMatchObject({
      "x-deadline-ms": "2000",
      "x-shoal-attempt": "1",
      "x-shoal-caller": "edge",
      "x-shoal-realm": "local",
    });
    expect(parseTrace(headers["traceparent"], undefined)).toBeDefined();
    const own = { ...GET, headers: { traceparent: "own", baggage: "a=1" } };
    await settled(send(own));
    expect(transport.sent.at(-1)?.request.headers).toMatchObject(own.headers);
  });

  it("inherits deadline, trace, baggage and cancellation of the request it is made for", async () => {
    const { clock, transport, runtime, send, settled } = await warmWorld(["a"]);
    const trace = newTrace(runtime.ports.random);
    const context: Context = {
      deadlineMs: clock.now() + 500,
      signal: new AbortController().signal,
      trace,
      baggage: "tenant=1",
      caller: "browser",
      realm: "local",
      criticality: "default" as const,
      attempt: 1,
      log: SILENT_LOG,
    };
    await settled(send(GET, { context }));
    const headers = transport.sent.at(-1)?.request.headers ?? {};
    expect(headers).toMatchObject({ "x-deadline-ms": "495", baggage: "tenant=1", "x-shoal-caller": "edge" });
    const sent = parseTrace(headers["traceparent"], undefined);
    expect(sent?.traceId).toBe(trace.traceId);
    expect(sent?.spanId).not.toBe(trace.spanId);
  });

  it("is refused without being sent when its request has no time left", async () => {
    const { clock, transport, runtime, send, firsts } = await warmWorld(["a"]);
    const signal = new AbortController().signal;
    const trace = newTrace(runtime.ports.random);
    const context = {
      deadlineMs: clock.now() + 5,
      signal,
      trace,
      baggage: "",
      caller: "x",
      realm: "local",
      criticality: "default" as const,
      attempt: 1,
      log: SILENT_LOG,
    };
    await expect(send(GET, { context })).rejects.toMatchObject({ code: "DEADLINE_EXCEEDED" });
    expect(transport.sent.length).toBe(firsts);
  });

  it("ends at its deadline, whatever hangs below", async () => {
    const { clock, transport, send } = await warmWorld(["a"]);
    transport.at("a", () => new Promise(() => {})); // not even an abort settles it
    const answer = send(GET, { deadlineMs: 400 });
    await clock.advance(400);
    await expect(answer).rejects.toMatchObject({ code: "DEADLINE_EXCEEDED", details: { attempts: 1 } });
  });

  it("leaves no timer behind", async () => {
    const { clock, transport, runtime, send, settled } = await warmWorld(["a", "b"]);
    transport.at("a", transport.answers({ status: 500 }));
    await settled(send());
    closeClients(runtime);
    expect(clock.pending()).toBe(0);
  });
});

describe("retries", () => {
  it("try another instance after a failure, within the attempts there are", async () => {
    const { transport, send, settled, firsts } = await warmWorld(["a", "b", "c", "d"]);
    for (const name of ["a", "b", "c", "d"]) transport.at(name, transport.answers({ status: 500 }));
    const reply = await settled(send());
    expect(reply.status).toBe(500);
    expect(reply.headers["x-shoal-retry"]).toBe("never");
    const tried = transport.addresses().slice(firsts);
    expect(tried.length).toBe(3);
    expect(new Set(tried).size).toBe(3);
    expect(transport.sent.slice(firsts).map(({ request }) => request.headers["x-shoal-attempt"])).toEqual([
      "1",
      "2",
      "3",
    ]);
  });

  it("never repeat a POST that may have been processed", async () => {
    const { transport, send, settled, firsts } = await warmWorld(["a", "b"]);
    for (const name of ["a", "b"]) transport.at(name, transport.loses());
    await expect(settled(send(POST))).rejects.toMatchObject({
      code: "CONNECTION_LOST",
      retry: "never",
      details: {
        service: "quotes",
        operation: "POST /quotes",
        attempts: 1,
        retry: { allowed: false, why: expect.stringContaining("not idempotent") },
      },
    });
    expect(transport.sent.length).toBe(firsts + 1);
  });

  it("repeat a POST that has an Idempotency-Key, with the same key", async () => {
    const { transport, send, settled, firsts } = await warmWorld(["a", "b"]);
    for (const name of ["a", "b"]) transport.at(name, transport.loses());
    await settled(send({ ...POST, headers: { "idempotency-key": "k1" } })).catch(() => {});
    const keys = transport.sent.slice(firsts).map(({ request }) => request.headers["idempotency-key"]);
    expect(keys).toEqual(["k1", "k1", "k1"]);
  });

  it("move a refused POST on to another instance at once", async () => {
    const { clock, transport, send, settled } = await warmWorld(["a", "b"]);
    transport.at("a", transport.refuses());
    for (let call = 0; call < 20; call += 1) {
      const startMs = clock.now();
      expect((await settled(send(POST))).status).toBe(200);
      expect(clock.now() - startMs).toBeLessThanOrEqual(1);
    }
  });

  it("move a nacked POST on, and stop for a final nack", async () => {
    const nack = (kind: string) => ({ status: 503, headers: { "x-shoal-nack": kind } });
    const { transport, send, settled } = await warmWorld(["a", "b"]);
    transport.at("a", transport.answers(nack("retryable")));
    for (let call = 0; call < 10; call += 1) expect((await settled(send(POST))).status).toBe(200);
    const before = transport.sent.length;
    for (const name of ["a", "b"]) transport.at(name, transport.answers(nack("final")));
    expect((await settled(send())).status).toBe(503);
    expect(transport.sent.length).toBe(before + 1);
  });

  it("stop when the callee says never", async () => {
    const { transport, send, settled, firsts } = await warmWorld(["a", "b"]);
    for (const name of ["a", "b"])
      transport.at(name, transport.answers({ status: 500, headers: { "x-shoal-retry": "never" } }));
    await settled(send());
    expect(transport.sent.length).toBe(firsts + 1);
  });

  it("stay within the budget in an outage", async () => {
    const { transport, send, settled, firsts } = await warmWorld(["a", "b"]);
    for (const name of ["a", "b"]) transport.at(name, transport.answers({ status: 500, afterMs: 0 }));
    for (let call = 0; call < 100; call += 1) await settled(send());
    expect(transport.sent.length - firsts).toBeLessThanOrEqual(100 + 10 + 2);
  });

  it("stop when the caller leaves during the pause", async () => {
    const { clock, transport, send, firsts } = await warmWorld(["a", "b"]);
    for (const name of ["a", "b"]) transport.at(name, transport.answers({ status: 500, afterMs: 0 }));
    const controller = new AbortController();
    const answer = send(GET, {
      signal: controller.signal,
      backoffMsFirst: 10_000,
      backoffMsMax: 10_000,
      deadlineMs: 60_000,
    });
    await clock.advance(1);
    controller.abort(new Error("closed the tab"));
    await expect(answer).rejects.toMatchObject({ code: "CANCELLED", details: { attempts: 1 } });
    await clock.advance(60_000);
    expect(transport.sent.length).toBe(firsts + 1);
    expect(transport.inFlight()).toBe(0);
  });

  it("come after an attempt that takes too long, which is aborted", async () => {
    const { clock, transport, send, settled } = await warmWorld(["a", "b"]);
    const startMs = clock.now();
    transport.at("a", transport.hangs());
    const options = { attemptMs: 100, backoffMsMax: 50 };
    for (let call = 0; call < 3; call += 1) expect((await settled(send(GET, options))).status).toBe(200);
    expect(transport.inFlight()).toBe(0);
    expect(clock.now() - startMs).toBeLessThan(200);
  });
});

describe("a service without instances", () => {
  it("is waited for", async () => {
    const { clock, transport, push, send } = await warmWorld([]);
    push([]);
    const answer = send();
    await clock.advance(900);
    transport.at("late", transport.answers());
    push(["late"]);
    await clock.advance(1);
    expect((await answer).status).toBe(200);
  });

  it("fails after a second, with what is known", async () => {
    const { clock, push, send } = await warmWorld([]);
    push([]);
    const answer = send();
    await clock.advance(1_000);
    await expect(answer).rejects.toMatchObject({ code: "NO_INSTANCE", retry: "never" });
  });

  it("is waited for when its only instance refuses: it may be restarting", async () => {
    const { clock, transport, push, send } = await warmWorld(["a"]);
    transport.at("a", transport.refuses());
    const answer = send(POST);
    await clock.advance(500);
    transport.at("b", transport.answers());
    push(["b"]);
    await clock.advance(1);
    expect((await answer).status).toBe(200);
  });

  it("says which name comes near when nobody knows it", async () => {
    const { clock, runtime, push } = await warmWorld(["a"]);
    const answer = sendToService(runtime, "qoutes", GET);
    push(["a"]);
    answer.catch(() => {});
    await clock.advance(1_000);
    await expect(answer).rejects.toMatchObject({
      code: "SERVICE_UNKNOWN",
      message: expect.stringContaining("did you mean quotes?"),
      details: { known: ["quotes"], nearest: "quotes" },
    });
  });

  it("keeps the last instances while the registry is out of reach", async () => {
    const { runtime, send, settled } = await warmWorld(["a"]);
    runtime.registry.fail("gone");
    expect((await settled(send())).status).toBe(200);
  });
});

describe("a call with little time", () => {
  it("is tried again for as long as an attempt usually takes, whatever failures are charged for", async () => {
    const { transport, send, settled } = await warmWorld(["a", "b", "c"]);
    for (const bad of ["a", "b"]) transport.at(bad, transport.answers({ status: 500 }));
    for (let call = 0; call < 5; call += 1) expect((await settled(send(GET, { deadlineMs: 1_000 }))).status).toBe(200);
  });
});

describe("an ill instance", () => {
  it("that fails fast gets next to no traffic", async () => {
    const { transport, send, settled, firsts } = await warmWorld(["a", "b", "c", "d", "bad"]);
    transport.at("bad", transport.answers({ status: 500, afterMs: 0 }));
    for (let call = 0; call < 500; call += 1) expect((await settled(send())).status).toBe(200);
    const bad = transport
      .addresses()
      .slice(firsts)
      .filter((address) => address === "bad").length;
    expect(bad).toBeLessThanOrEqual(5);
  });

  it("that is slow gets next to no traffic", async () => {
    const { clock, transport, send, firsts } = await warmWorld(["a", "b", "c", "d", "slow"]);
    transport.at("slow", transport.answers({ afterMs: 100 }));
    for (let call = 0; call < 500; call += 1) {
      void send();
      await clock.advance(2);
    }
    const slow = transport
      .addresses()
      .slice(firsts)
      .filter((address) => address === "slow").length;
    expect(slow).toBeLessThanOrEqual(5);
  });

  it("that refuses is left alone for a second", async () => {
    const { clock, transport, send, settled, firsts } = await warmWorld(["a", "b"]);
    transport.at("a", transport.refuses());
    for (let call = 0; call < 200; call += 1) await settled(send());
    expect(clock.now()).toBeLessThan(1_000);
    expect(
      transport
        .addresses()
        .slice(firsts)
        .filter((address) => address === "a").length,
    ).toBe(1);
  });

  it("that hangs delays few calls, and comes back by a single probe", async () => {
    const { clock, transport, runtime, send, settled } = await warmWorld(["a", "b"]);
    let probing = 0;
    let probesMost = 0;
    transport.at("a", transport.hangs());
    const policy = { attemptMs: 50, ejectionFailuresMax: 1 };
    for (let call = 0; call < 20; call += 1) await settled(send(GET, policy));
    const sentBefore = transport.addresses().filter((address) => address === "a").length;
    const answers = transport.answers({ afterMs: 20 });
    transport.at("a", async (request, context, count) => {
      probing += 1;
      probesMost = Math.max(probesMost, probing);
      try {
        return await answers(request, context, count);
      } finally {
        probing -= 1;
      }
    });
    expect(runtime.log.at("warn")).toEqual([expect.stringMatching(/^a fails too often/)]);
    await clock.advance(2_000);
    const burst = Array.from({ length: 50 }, () => send(GET, policy));
    await clock.advance(10);
    expect(probesMost).toBe(1);
    await clock.advance(1_000);
    await Promise.all(burst);
    expect(runtime.log.at("info")).toEqual([expect.stringMatching(/^a answers again/)]);
    transport.at("a", transport.answers());
    for (let call = 0; call < 20; call += 1) await settled(send(GET, policy));
    expect(transport.addresses().filter((address) => address === "a").length).toBeGreaterThan(sentBefore + 5);
  });

  it("that leaves has its connection closed", async () => {
    const { transport, push, send, settled } = await warmWorld(["a", "b", "c"]);
    for (let call = 0; call < 30; call += 1) await settled(send());
    push(["a", "b"]);
    expect(transport.closed).toEqual(["c"]);
  });
});

describe("limits of one instance", () => {
  it("bound what is in flight and what waits, and turn the rest away unsent", async () => {
    const { clock, transport, send } = await warmWorld(["a"]);
    transport.at("a", transport.answers({ afterMs: 100 }));
    const policy = { connectionsMax: 2, waitersMax: 3, attemptsMax: 1, backoffMsMax: 0 };
    const first = send(GET, policy);
    await clock.advance(100);
    await first;
    const answers = Array.from({ length: 10 }, () =>
      send(GET, policy).then(
        ({ status }) => status,
        (error) => error.code,
      ),
    );
    await clock.advance(1);
    expect(transport.inFlight()).toBe(2);
    await clock.advance(2_000);
    const ends = await Promise.all(answers);
    expect(ends.filter((end) => end === 200).length).toBeGreaterThanOrEqual(5);
    expect(new Set(ends)).toEqual(new Set([200, "LIMIT_REACHED"]));
  });
});

describe("a crowd that gathered while there was no instance", () => {
  const policy = { connectionsMax: 2, waitersMax: 3, waitForInstanceMs: 1_000 };
  /** So many calls begin while nobody is there; then "a" is back, which takes 100 ms for each. */
  async function crowd(calls: number) {
    const made = await warmWorld(["a"]);
    const { clock, transport, push, send } = made;
    await clock.advance(20_000); // its start is forgotten
    transport.at("a", transport.answers({ afterMs: 100 }));
    push([]);
    const ends = Array.from({ length: calls }, () =>
      send(GET, policy).then(
        ({ status }) => status,
        (error) => error.code,
      ),
    );
    await clock.advance(900);
    push(["a"]);
    return { ...made, ends };
  }

  it("goes in one after the other, each as soon as there is a place, and no call fails", async () => {
    const { clock, transport, ends } = await crowd(18);
    for (let turn = 0; turn < 9; turn += 1) {
      expect(transport.inFlight()).toBe(2);
      await clock.advance(100);
    }
    expect(new Set(await Promise.all(ends))).toEqual(new Set([200]));
  });

  it("loses few calls to an instance that is not there any more, and none of them for good", async () => {
    const { clock, transport, push, send } = await warmWorld(["a"]);
    await clock.advance(20_000);
    for (const name of ["b", "c"]) transport.at(name, transport.answers({ afterMs: 5 }));
    transport.at("d", transport.refuses());
    push([]);
    const ends = Array.from({ length: 60 }, () => send());
    await clock.advance(100);
    push(["b", "c", "d"]);
    await clock.advance(2_000);
    expect((await Promise.all(ends)).every(({ status }) => status === 200)).toBe(true);
    expect(transport.addresses().filter((address) => address === "d").length).toBeLessThanOrEqual(5);
  });

  it("waits for a place no longer than for an instance", async () => {
    const { clock, ends } = await crowd(200);
    await clock.advance(2_500);
    const codes = await Promise.all(ends);
    expect(codes.filter((end) => end === 200).length).toBeGreaterThanOrEqual(20);
    expect(new Set(codes)).toEqual(new Set([200, "LIMIT_REACHED"]));
  });

  it("leaves nothing behind of calls that are given up meanwhile", async () => {
    const { clock, runtime, send, transport, push } = await crowd(0);
    push([]);
    const controller = new AbortController();
    const given = Array.from({ length: 30 }, () => send(GET, { ...policy, signal: controller.signal }));
    await clock.advance(100);
    push(["a"]);
    await clock.advance(50);
    controller.abort(new Error("gone"));
    await Promise.allSettled(given);
    await clock.advance(3_000);
    expect(transport.inFlight()).toBe(0);
    closeClients(runtime);
    expect(clock.pending()).toBe(0);
  });
});

describe("any sequence of faults", () => {
  it("settles each call exactly once and in time, repeats nothing unsafe, and leaves nothing behind", async () => {
    const fault = fc.constantFrom("answers", "fails", "nacks", "refuses", "loses", "hangs", "ignores", "leaves");
    const call = fc.record({ post: fc.boolean(), abortMs: fc.option(fc.nat(300)), gapMs: fc.nat(50) });
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.array(fault, { minLength: 3, maxLength: 3 }),
        fc.array(call, { maxLength: 12 }),
        run,
      ),
      { numRuns: 40 },
    );
  }, 60_000);

  type Planned = { readonly post: boolean; readonly abortMs: number | null; readonly gapMs: number };

  async function run(seed: number, faults: readonly string[], calls: readonly Planned[]) {
    const names = ["a", "b", "c"];
    const { clock, transport, runtime, push, send, firsts } = await warmWorld(names, seed);
    const behaviours: Readonly<Record<string, () => Behaviour>> = {
      answers: () => transport.answers(),
      fails: () => transport.answers({ status: 500 }),
      nacks: () => transport.answers({ status: 503, headers: { "x-shoal-nack": "retryable" } }),
      refuses: () => transport.refuses(),
      loses: () => transport.loses(),
      hangs: () => transport.hangs(),
      ignores: () => async () => {
        await new Promise<void>((resolve) => clock.after(5_000, resolve));
        return failure("ambiguous", shoalError("CONNECTION_LOST", { message: "late" }));
      },
    };
    for (const [index, name] of names.entries()) {
      const behaviour = behaviours[faults[index] ?? ""];
      if (behaviour) transport.at(name, behaviour());
    }
    push(names.filter((_, index) => faults[index] !== "leaves"));
    const ends: number[] = [];
    for (const [index, { post, abortMs, gapMs }] of calls.entries()) {
      const controller = new AbortController();
      const startMs = clock.now();
      const request = { ...(post ? POST : GET), headers: { "x-call": String(index) } };
      const settle = () => void ends.push(clock.now() - startMs);
      send(request, { signal: controller.signal, deadlineMs: 400, attemptMs: 150 }).then(settle, settle);
      if (abortMs !== null) clock.after(abortMs, () => controller.abort());
      await clock.advance(gapMs);
    }
    await clock.advance(10_000);
    expect(ends.length).toBe(calls.length);
    for (const end of ends) expect(end).toBeLessThanOrEqual(400);
    const harmless = new Set(names.filter((_, index) => ["refuses", "nacks"].includes(faults[index] ?? "")));
    expectSafe(transport.sent.slice(firsts), calls, harmless);
    expect(transport.inFlight()).toBe(0);
    closeClients(runtime);
    await clock.advance(700_000);
    expect(clock.pending()).toBe(0);
  }

  /** A POST is begun at most once, a GET three times; a refusal and a nack begin nothing. */
  function expectSafe(sent: readonly SentRequest[], calls: readonly Planned[], harmless: ReadonlySet<string>) {
    for (const [index, { post }] of calls.entries()) {
      const ofCall = sent.filter(({ request }) => request.headers["x-call"] === String(index));
      expect(ofCall.length).toBeLessThanOrEqual(8);
      const begun = ofCall.filter(({ address }) => !harmless.has(address));
      expect(begun.length).toBeLessThanOrEqual(post ? 1 : 3);
    }
  }
});
