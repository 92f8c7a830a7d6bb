// An instance of the leaf, whose behaviour its parent changes. Everything else of it is as `serve()` makes it.
import { setTimeout as pause } from "node:timers/promises";
import { type ServeOptions, serve } from "shoal";
import { processRuntime, withRuntime } from "../../../packages/shoal/src/client/process-runtime.ts";
import { lognormal } from "../../../packages/shoal/src/testing/simulator/distribution.ts";
import { listenHttp } from "../../../packages/shoal/src/transport/http-listener.ts";
import type { Handler } from "../../../packages/shoal/src/transport/port.ts";
import { systemClock } from "../../../packages/shoal/src/transport/system-ports.ts";
import { leaf } from "../leaf-contract.ts";
import { answerParent } from "../rig/answer-parent.ts";
import { createStandStill } from "../rig/stand-still.ts";
import { wallMs } from "../rig/wall-clock.ts";

/** How requests are answered. */
export interface Behaviour {
  /** Median time that passes while nothing is computed, in ms. Default 10; the 99th percentile is twice as long. */
  readonly takesMs: number;
  /** Sigma of that time's logarithm; 0: always the same. Default 0.3. */
  readonly sigma: number;
  /** Time for which a request keeps the event loop busy, in ms. Default 0. */
  readonly computesMs: number;
  /** The same, but it stands still instead, which takes no core from other processes, in ms. Default 0. */
  readonly blocksMs: number;
  /** Share answered with 500, at once. Default 0. */
  readonly failureRatio: number;
  /** Whether requests are never answered. Default false. */
  readonly hangs: boolean;
  /** So many requests are kept until the last of them has come; from then on all fail, at once. Default 0: none. */
  readonly failsTogether: number;
}

/** Requests in the order in which they came in, those that were refused included. */
export interface Received {
  /** In ms of the wall clock. */
  readonly atMs: readonly number[];
  /** Which attempt of its call each was. */
  readonly attempts: readonly number[];
}

/**
 * What an answer took, from the moment that the listener had read its request to when all that this stirred up was done,
 * without the time for which the process had no core: that is the doing of others.
 */
export interface Answered {
  readonly status: number;
  readonly tookMs: number;
}

export interface LeafCommands {
  /** Answers with its address: by default at any free port of 127.0.0.1. */
  readonly listen: (
    options?: Partial<ServeOptions>,
    at?: { readonly host?: string; readonly port?: number },
  ) => Promise<string>;
  readonly behave: (behaviour: Partial<Behaviour>) => void;
  readonly received: () => Received;
  /** From the first call on, what each answer took; those since the last call. */
  readonly answered: () => readonly Answered[];
  /** How often the handler of each order has run. */
  readonly orders: () => ReadonlyMap<string, number>;
  /** Stops as SIGTERM does: without failing a request. */
  readonly close: () => Promise<void>;
}

const DEFAULTS: Behaviour = {
  takesMs: 10,
  sigma: 0.3,
  computesMs: 0,
  blocksMs: 0,
  failureRatio: 0,
  hangs: false,
  failsTogether: 0,
};

// Where a failure was made is of no interest here, and finding out costs more than the request.
Error.stackTraceLimit = 0;

let behaviour: Behaviour = DEFAULTS;
const standStill = createStandStill();
const atMs: number[] = [];
const attempts: number[] = [];
const orders = new Map<string, number>();
let answered: Answered[] = [];
let isMeasuring = false;
let close = () => Promise.resolve();

/** Counts at the listener, which is below all that may refuse, and above the wires. */
function counted(handler: Handler): Handler {
  return (request, context) => {
    const startMs = isMeasuring ? runningMs() : 0;
    atMs.push(wallMs());
    attempts.push(Number(request.headers["x-shoal-attempt"] ?? 1));
    const reply = handler(request, context);
    if (startMs > 0) void reply.then(({ status }) => noteWhenWritten(status, startMs));
    return reply;
  };
}

/** The listener writes it in the promises that follow; the next tick comes after all of them. */
function noteWhenWritten(status: number, startMs: number): void {
  process.nextTick(() => answered.push({ status, tookMs: runningMs() - startMs }));
}

/** Stands still while the process has no core, where the system says so. */
function runningMs(): number {
  return performance.now() - (systemClock.starvedMs?.() ?? 0);
}

const ofProcess = processRuntime();
const runtime: typeof ofProcess = {
  ...ofProcess,
  listen: (parts) => listenHttp({ ...parts, handler: counted(parts.handler) }),
};

let kept = 0;
const isFull = Promise.withResolvers<void>();

async function failTogether(count: number): Promise<never> {
  kept += 1;
  if (kept === count) isFull.resolve();
  await isFull.promise;
  throw new Error("asked for by the scenario");
}

async function work(): Promise<Record<never, never>> {
  const { takesMs, sigma, computesMs, blocksMs, failureRatio, hangs, failsTogether } = behaviour;
  if (failsTogether > 0) await failTogether(failsTogether);
  if (hangs) await new Promise(() => {});
  if (failureRatio > 0 && Math.random() < failureRatio) throw new Error("asked for by the scenario");
  if (takesMs > 0) await pause(lognormal(takesMs, sigma)(Math.random));
  // By the wall clock: what other processes take of this core counts as work, or the capacity would follow theirs.
  const untilMs = performance.now() + computesMs;
  while (performance.now() < untilMs);
  if (blocksMs > 0) standStill(blocksMs);
  return {};
}

answerParent<LeafCommands>({
  async listen(options, at = {}) {
    const handlers = {
      work,
      order({ body }: { readonly body: { readonly id: string } }) {
        orders.set(body.id, (orders.get(body.id) ?? 0) + 1);
        return work();
      },
    };
    const listening = await withRuntime(runtime, () => serve(leaf, handlers, options).listen({ port: 0, ...at }));
    ({ close } = listening);
    return listening.address;
  },
  behave(given) {
    behaviour = { ...behaviour, ...given };
  },
  received: () => ({ atMs, attempts }),
  answered() {
    isMeasuring = true;
    const since = answered;
    answered = [];
    return since;
  },
  orders: () => orders,
  close: () => close(),
});
