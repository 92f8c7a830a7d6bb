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

/** Anything at all, as JSON has it. */
const Odd = z.looseObject({ value: z.any().optional() });

/** What schemas make of values: each of the three that look at one does so again. */
const Shaped = z.object({
  text: z.string().trim().toLowerCase(),
  size: z.coerce.number().default(1),
  kind: z.union([
    z.object({ by: z.literal("name"), name: z.string() }),
    z.object({ by: z.literal("id"), id: z.int() }),
  ]),
  seen: z.preprocess((seen) => (seen === undefined ? ["never"] : seen), z.array(z.string())),
  marked: z.string().overwrite((mark) => `${mark}!`),
});

/** One operation for each thing that must be alike on every transport. */
export const probe = contract("probe", {
  echo: post("/echo", { body: Thing, returns: Thing }),
  odd: post("/odd", { body: Odd, returns: Odd }),
  shaped: post("/shaped", { body: Shaped, returns: Shaped }),
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
    odd({ body }) {
      state.events.push(JSON.stringify(body));
      return { ...body, made: ODD_VALUES };
    },
    shaped({ body }) {
      state.events.push(JSON.stringify(body));
      return body;
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

class Money {
  readonly cents = 5;
  toJSON() {
    return `${this.cents} ct`;
  }
}

class Point {
  readonly x = 1;
  get y() {
    return 2;
  }
}

/** What JSON has rules of its own for. */
export const ODD_VALUES: Readonly<Record<string, unknown>> = {
  date: new Date(0),
  nothing: undefined,
  none: [undefined, Number.NaN, Number.POSITIVE_INFINITY, () => {}, Symbol("s")],
  zero: -0,
  money: [new Money()],
  point: new Point(),
  boxed: [new String("text"), new Number(1)],
  map: new Map([["a", 1]]),
  bytes: new Uint8Array([1, 2]),
  run: () => {},
  sparse: Object.assign(new Array(2), { extra: 1 }),
  [Symbol("s")]: 1,
  get read() {
    return { deep: [{ deeper: "read" }] };
  },
  bare: Object.assign(Object.create(null), { a: 1 }),
  proto: JSON.parse('{"__proto__":{"admin":true},"constructor":{"prototype":{}},"a":1}'),
  texts: ["\ud800", "\u2028", "é", "\u0000"],
};
