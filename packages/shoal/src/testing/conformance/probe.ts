import { z } from "zod";
import type { Contract } from "../../contract/contract.ts";
import { contract } from "../../contract/contract.ts";
import { del, get, post } from "../../contract/operation.ts";
import { stream } from "../../contract/stream.ts";
import { type Context, currentContext } from "../../core/context.ts";
import type { Handlers } from "../../server/handlers.ts";
import { systemPorts } from "../../transport/system-ports.ts";

type DraftsOf<C> = C extends Contract<infer Drafts> ? Drafts : never;

const Thing = z.object({
  text: z.string(),
  count: z.number(),
  note: z.string().optional(),
  tags: z.array(z.string()).optional(),
  inner: z.object({ deep: z.array(z.object({ flag: z.boolean().nullable() })) }).optional(),
});
export type Thing = z.output<typeof Thing>;

const Surroundings = z.object({
  caller: z.string(),
  realm: z.string(),
  criticality: z.string(),
  baggage: z.string(),
  traceId: z.string(),
  isCurrent: z.boolean(),
  leftMs: z.number(),
});

const Count = z.object({ at: z.number(), traceId: z.string() });

/** One operation for each thing that must be alike on every transport. */
export const probe = contract("probe", {
  echo: post("/echo", { body: Thing, returns: Thing }),
  item: get("/items/:id/:part", {
    params: z.object({ id: z.string(), part: z.number() }),
    query: z.object({ tag: z.array(z.string()).optional(), on: z.boolean().optional() }),
    headers: z.object({ "x-flavour": z.string().optional() }),
    returns: z.object({ id: z.string(), part: z.number(), tag: z.string(), on: z.boolean(), flavour: z.string() }),
  }),
  forget: del("/things", {}),
  gone: get("/gone/:id", {
    params: z.object({ id: z.string() }),
    returns: Thing,
    errors: { moved: { status: 410, details: z.object({ to: z.string() }) } },
  }),
  fails: get("/fails", { returns: Thing }),
  lies: get("/lies", { returns: Thing }),
  waits: get("/waits", { returns: Thing }),
  order: post("/orders", { body: Thing, returns: z.object({ number: z.number() }), idempotent: true }),
  shares: get("/shared", { returns: Thing }),
  surroundings: get("/surroundings", { returns: Surroundings }),
  counts: get("/counts", {
    query: z.object({ to: z.number(), ending: z.enum(["plain", "throw", "decline", "wait"]) }),
    returns: stream(Count),
    errors: { tooFar: { status: 410, details: z.object({ at: z.number() }) } },
  }),
});

export const relay = contract("relay", {
  surroundings: get("/surroundings", { returns: Surroundings }),
  waits: get("/waits", { returns: Thing }),
});

/** What the handlers of a probe saw and keep. */
export interface ProbeState {
  readonly events: string[];
  /** What every reply of `shares` is: one object, as a careless service would have it. */
  readonly shared: Thing;
  orders: number;
  /** Lets go those that wait, with this as their answer. */
  release: (answer: Thing) => void;
  /** Settles when so many calls wait. */
  readonly waiting: (calls: number) => Promise<void>;
}

interface Watcher {
  readonly calls: number;
  readonly resolve: () => void;
}

export function createProbeState() {
  let released = (_answer: Thing) => {};
  const answer = new Promise<Thing>((resolve) => {
    released = resolve;
  });
  const watchers: Watcher[] = [];
  let begun = 0;
  const state: ProbeState = {
    events: [],
    shared: { text: "shared", count: 1, tags: ["a"] },
    orders: 0,
    release: released,
    waiting: (calls) =>
      new Promise((resolve) => {
        if (begun >= calls) resolve();
        else watchers.push({ calls, resolve });
      }),
  };
  const wait = (signal: AbortSignal) => {
    begun += 1;
    for (const { calls, resolve } of watchers) if (begun >= calls) resolve();
    signal.addEventListener("abort", () => void state.events.push(`aborted: ${signal.reason?.code}`));
    return answer;
  };
  return { state, wait };
}

/** What a careless service does: it changes what it was given, and shares what it returns. */
export function probeHandlers(
  state: ProbeState,
  wait: (signal: AbortSignal) => Promise<Thing>,
): Handlers<DraftsOf<typeof probe>> {
  return {
    echo({ body }) {
      state.events.push(JSON.stringify(body));
      const reply = { ...body, undeclared: "dropped" };
      body.tags?.push("pushed by the handler");
      return reply;
    },
    item: ({ params, query, headers }) => ({
      ...params,
      tag: JSON.stringify(query.tag ?? null),
      on: query.on ?? false,
      flavour: headers["x-flavour"] ?? "plain",
    }),
    forget() {},
    gone({ params }) {
      throw probe.errors.moved({ to: `/things/${params.id}` });
    },
    fails() {
      throw new Error("a secret of the service");
    },
    lies: () => ({ text: 42 }) as unknown as Thing,
    waits: (_input, { signal }) => wait(signal),
    order() {
      state.orders += 1;
      return { number: state.orders };
    },
    shares: () => state.shared,
    surroundings: (_input, context) => surroundingsOf(context),
    async *counts({ query }, { signal }) {
      try {
        for (let at = 1; at <= query.to; at += 1) {
          const count = { at, traceId: currentContext()?.trace.traceId ?? "none", undeclared: "dropped" };
          yield count;
        }
        if (query.ending === "decline") throw probe.errors.tooFar({ at: query.to });
        if (query.ending === "throw") throw new Error("a secret of the service");
        if (query.ending === "wait") await until(signal);
      } finally {
        state.events.push("counted");
      }
    },
  };
}

/** Rejects when it is aborted. */
function until(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}

/** What a handler can see of its call. */
function surroundingsOf({ caller = "", realm, criticality, baggage, trace, deadlineMs }: Context) {
  return {
    caller,
    realm,
    criticality,
    baggage,
    traceId: trace.traceId,
    isCurrent: currentContext()?.trace.spanId === trace.spanId,
    leftMs: deadlineMs - systemPorts.clock.now(),
  };
}
