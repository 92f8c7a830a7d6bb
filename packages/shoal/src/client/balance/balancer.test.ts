import { describe, expect, it } from "vitest";
import type { Context } from "../../core/context.ts";
import { shoalError } from "../../core/errors.ts";
import type { HttpReply } from "../../core/message.ts";
import { failure, type Outcome, success } from "../../core/outcome.ts";
import type { Instance } from "../../discovery/instance.ts";
import { COLD_START_MS, type InstanceSet, type Resolver } from "../../discovery/resolver.ts";
import { sampleCall, sampleContext } from "../../testing/sample-call.ts";
import { sampleInstance } from "../../testing/sample-instance.ts";
import { seededRandom } from "../../testing/seeded-random.ts";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import type { Call } from "../call.ts";
import { createEjection } from "../instance/ejection.ts";
import { createFailFast } from "../instance/fail-fast.ts";
import { CALL_DEFAULTS, SERVICE_DEFAULTS } from "../policy.ts";
import { createBalancer } from "./balancer.ts";
import { createLoad } from "./load.ts";
import { createPeers, type InstanceClient } from "./peers.ts";

const PATIENCE_MS = CALL_DEFAULTS.waitForInstanceMs;
const ok = success<HttpReply>({ status: 200, headers: {}, body: undefined });
const refused = failure<HttpReply>("unsent", shoalError("CONNECT_FAILED", { message: "no" }));

/** A balancer over instances of quotes, each of which answers after 10 ms, if it is not told otherwise. */
function world(names: readonly string[], state: InstanceSet["state"] = "ok") {
  const clock = createVirtualClock();
  const listeners: ((set: InstanceSet) => void)[] = [];
  const clients = new Map<string, InstanceClient>();
  const sent: string[] = [];
  const full = new Set<string>();
  const ends = new Map<string, Outcome<HttpReply>>();
  const instancesOf = (ids: readonly string[]) => ids.map((id) => sampleInstance(id, { address: id, zone: "here" }));
  let set: InstanceSet = { state, instances: instancesOf(names), lastResort: [], known: ["quotes"] };
  const resolver: Resolver = {
    instancesOf: () => set,
    watch() {},
    onChange(_, listener) {
      listeners.push(listener);
      return () => {};
    },
    faultsOf: () => undefined,
    close() {},
  };
  const open = (instance: Instance): InstanceClient => {
    const { id } = instance;
    const load = createLoad();
    const client: InstanceClient = {
      id,
      zone: instance.zone,
      instance,
      load,
      ejection: createEjection(SERVICE_DEFAULTS, () => 1, 0),
      failFast: createFailFast(() => 0),
      async attempt() {
        sent.push(id);
        load.begin(0);
        await new Promise<void>((resolve) => clock.after(10, resolve));
        load.end({ costMs: 10, rttMs: 10 }, clock.now());
        return ends.get(id) ?? ok;
      },
      waiting: () => 0,
      isFull: () => full.has(id),
      close() {},
    };
    clients.set(id, client);
    return client;
  };
  const ports = { clock, random: seededRandom(3) };
  const options = { resolver, service: "quotes", zone: "here", settings: SERVICE_DEFAULTS, open };
  const peers = createPeers(options, ports);
  const events: string[] = [];
  const balancer = createBalancer(peers, ports, (event) => void events.push(event));
  peers.instances();
  const push = (now: readonly string[], lastResort: readonly string[] = []) => {
    set = { ...set, instances: instancesOf(now), lastResort: instancesOf(lastResort) };
    for (const listener of listeners) listener(set);
  };
  const client = (id: string) => clients.get(id) as InstanceClient;
  const refuse = (...ids: readonly string[]) => {
    for (const id of ids) client(id).failFast.refused(clock.now());
    peers.changed();
  };
  /** Begins a call now, and tells how it ended. */
  const send = (given: Partial<Call> = {}, context: Partial<Context> = {}) => {
    const call = sampleCall({ atMs: clock.now(), ...given });
    const made = { call, end: undefined as Outcome<HttpReply> | undefined, endMs: Number.NaN };
    void balancer.attempt(call, sampleContext(context)).then((outcome) => {
      made.end = outcome;
      made.endMs = clock.now();
    });
    return made;
  };
  const expire = (id: string) => {
    for (let failed = 0; failed < 5; failed += 1) client(id).ejection.record("bad", "usual", clock.now(), () => true);
    peers.changed();
  };
  return { clock, balancer, push, sent, full, ends, events, client, refuse, send, expire };
}

const triedOf = (...ids: readonly string[]) => ({ tried: new Set(ids) });

describe("the balancer's attempt", () => {
  it("goes to an instance at once, and is counted", async () => {
    const { clock, sent, events, send } = world(["a"]);
    const { call } = send();
    expect([sent, events]).toEqual([["a"], ["attempt"]]);
    expect(call).toMatchObject({ attempts: 1, unsent: 0, instance: "a", waitStartMs: undefined });
    expect([...call.tried]).toEqual(["a"]);
    await clock.advance(10);
    expect(call.unsent).toBe(0);
  });

  it("tells those that provably never reached the instance", async () => {
    const { clock, ends, send } = world(["a"]);
    ends.set("a", refused);
    const made = send();
    await clock.advance(10);
    expect([made.end, made.call.attempts, made.call.unsent]).toEqual([refused, 1, 1]);
    ends.set("a", failure("ambiguous", shoalError("CONNECTION_LOST", { message: "no" })));
    const lost = send();
    await clock.advance(10);
    expect([lost.call.attempts, lost.call.unsent]).toEqual([1, 0]);
  });

  it("goes to one that the call has not been to, and to the same again only when there is no other", async () => {
    const { sent, send } = world(["a", "b"]);
    send(triedOf("a"));
    send(triedOf("b"));
    send(triedOf("a", "b"));
    expect(sent.slice(0, 2)).toEqual(["b", "a"]);
    expect(sent).toHaveLength(3);
  });

  it("goes where the registry has taken somebody out only when nobody else listens", async () => {
    const { clock, push, sent, refuse, send } = world(["a", "b"]);
    push(["a"], ["b"]);
    send();
    refuse("a");
    send();
    await clock.advance(0);
    expect(sent).toEqual(["a", "b"]);
  });

  it("waits for an instance as long as its policy says, then says that there is none", async () => {
    const { clock, events, balancer, send } = world([]);
    const made = send();
    expect(balancer.state().waiting).toBe(1);
    await clock.advance(PATIENCE_MS - 1);
    expect([made.end, events]).toEqual([undefined, []]);
    await clock.advance(1);
    expect(made.end).toMatchObject({ kind: "final", error: { code: "NO_INSTANCE" } });
    expect([events, clock.pending(), balancer.state().waiting]).toEqual([["no_instance"], 0, 0]);
  });

  it("waits longer while nothing was heard of the service", async () => {
    const { clock, send } = world([], "pending");
    const made = send();
    await clock.advance(PATIENCE_MS + COLD_START_MS - 1);
    expect(made.end).toBeUndefined();
    await clock.advance(1);
    expect(made.end).toMatchObject({ error: { code: "NO_INSTANCE" } });
  });

  it("goes to whoever comes meanwhile, and counts the wait from its beginning", async () => {
    const { clock, push, sent, send, refuse } = world([]);
    const { call } = send();
    await clock.advance(600);
    push(["a"]);
    await clock.advance(0);
    expect([sent, call.waitStartMs]).toEqual([["a"], 0]);
    refuse("a");
    const again = send({ ...triedOf("a"), waitStartMs: 0 });
    await clock.advance(PATIENCE_MS - 600);
    expect(again.endMs).toBe(PATIENCE_MS);
  });

  it("tries one that refuses as soon as its pause is over", async () => {
    const { clock, sent, refuse, send } = world(["a"]);
    refuse("a");
    await clock.advance(500);
    const made = send();
    await clock.advance(499);
    expect(sent).toEqual([]);
    await clock.advance(1);
    expect(sent).toEqual(["a"]);
    await clock.advance(10);
    expect(made.end).toBe(ok);
  });

  it("goes at last to one that is not fit rather than to nobody", async () => {
    const { clock, sent, events, refuse, send } = world(["a"]);
    refuse("a");
    const settings = { ...CALL_DEFAULTS, waitForInstanceMs: 200 };
    const made = send({ settings });
    await clock.advance(210);
    expect([made.end, sent, events]).toEqual([ok, ["a"], ["attempt"]]);
    refuse("a");
    const been = send({ settings, ...triedOf("a") });
    await clock.advance(200);
    expect(been.end).toMatchObject({ kind: "final", error: { code: "NO_INSTANCE" } });
  });

  it("waits no longer than its caller", async () => {
    const { clock, events, sent, send } = world([]);
    const caller = new AbortController();
    const made = send({}, { signal: caller.signal });
    await clock.advance(100);
    caller.abort();
    await clock.advance(0);
    expect(made.endMs).toBe(100);
    expect([made.end?.ok, events, sent, clock.pending()]).toEqual([false, [], [], 0]);
    const { sent: none, send: sendToOne, clock: later } = world(["a"]);
    sendToOne({}, { signal: AbortSignal.abort() });
    await later.advance(0);
    expect(none).toEqual([]);
  });

  it("does not wait as the second of two requests, nor go where the first is", async () => {
    const { clock, sent, events, send } = world(["a"]);
    const made = send({ isHedge: true, ...triedOf("a") });
    await clock.advance(0);
    expect(made.end).toMatchObject({ kind: "final", error: { code: "NO_INSTANCE" } });
    expect([sent, events]).toEqual([[], []]);
  });

  it("lets a thousand wait, and turns away the next", async () => {
    const { clock, events, send } = world([]);
    for (let call = 0; call < 1_000; call += 1) send();
    const made = send();
    await clock.advance(0);
    expect(made.end).toMatchObject({ kind: "final", error: { code: "LIMIT_REACHED" } });
    expect(events).toEqual(["no_instance"]);
  });
});

describe("a crowd that waits", () => {
  it("sends four to one that has not answered yet, and the others once it has", async () => {
    const { clock, push, sent, send } = world([]);
    const made = Array.from({ length: 10 }, () => send());
    await clock.advance(500);
    push(["a"]);
    await clock.advance(0);
    expect(sent).toHaveLength(4);
    await clock.advance(10);
    expect(sent).toHaveLength(10);
    await clock.advance(10);
    expect(made.every(({ end }) => end === ok)).toBe(true);
  });

  it("waits at a full instance, but not for longer than it would have waited for one", async () => {
    const { clock, push, sent, full, send } = world([]);
    full.add("a");
    for (let call = 0; call < 3; call += 1) send();
    await clock.advance(500);
    push(["a"]);
    await clock.advance(PATIENCE_MS - 1);
    expect(sent).toEqual([]);
    await clock.advance(1);
    expect(sent).toHaveLength(3); // to be turned away there, if it is still full
  });

  it("does not wait at a full instance when there was somebody all the time", async () => {
    const { clock, sent, full, send } = world(["a"]);
    await clock.advance(5_000);
    full.add("a");
    send();
    expect(sent).toEqual(["a"]);
  });

  it("passes by the second of two requests", async () => {
    const { clock, push, sent, full, send } = world([]);
    send();
    await clock.advance(500);
    full.add("a");
    push(["a"]);
    await clock.advance(0);
    send({ isHedge: true });
    expect(sent).toEqual(["a"]);
  });
});

describe("the balancer", () => {
  it("knows whether a call could go elsewhere, or might if it waited", () => {
    const { balancer, push, refuse } = world(["a", "b"]);
    const { hasOther } = balancer;
    expect([hasOther(sampleCall()), hasOther(sampleCall(triedOf("a")))]).toEqual([true, true]);
    expect(hasOther(sampleCall(triedOf("a", "b")))).toBe(false);
    push(["a", "b"], ["c"]);
    expect(hasOther(sampleCall(triedOf("a", "b")))).toBe(true);
    push(["a", "b"]);
    refuse("b");
    expect(hasOther(sampleCall(triedOf("a")))).toBe(false);
    refuse("a");
    expect(hasOther(sampleCall(triedOf("a")))).toBe(true);
  });

  it("knows whether another would take it at once", () => {
    const { balancer, refuse } = world(["a", "b"]);
    expect(balancer.hasSpare(sampleCall(triedOf("a")))).toBe(true);
    refuse("b");
    expect(balancer.hasSpare(sampleCall(triedOf("a")))).toBe(false);
  });

  it("knows what an attempt usually takes, at one instance and at all, and not what failures are charged with", () => {
    const { balancer, client } = world(["a", "b", "c"]);
    expect([balancer.expectedMs(), balancer.expectedMsOf("a")]).toEqual([0, 0]);
    for (const [id, rttMs] of [
      ["a", 10],
      ["b", 30],
    ] as const) {
      client(id).load.begin(0);
      client(id).load.end({ costMs: 5_000, rttMs }, 0);
    }
    expect(balancer.expectedMs()).toBe(10);
    expect(["a", "b", "c", "gone"].map(balancer.expectedMsOf)).toEqual([10, 30, 10, 10]);
  });

  it("makes a probe of no more calls than may be in vain", async () => {
    const { clock, sent, send, expire } = world(["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n"]);
    const ill = ["a", "b", "c", "d", "e", "f", "g"];
    for (const id of ill) expire(id);
    await clock.advance(1_000);
    for (let call = 0; call < 7; call += 1) send();
    expect(sent.filter((id) => ill.includes(id))).toHaveLength(5);
    for (let call = 0; call < 13; call += 1) send(); // twenty attempts pay for two
    expect(sent.filter((id) => ill.includes(id)).length).toBeGreaterThan(5);
  });
});
