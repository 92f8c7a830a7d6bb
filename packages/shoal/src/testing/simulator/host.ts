import { whenBodyEnds } from "../../client/reply-body.ts";
import type { Cancellation } from "../../core/cancellation.ts";
import type { HttpReply, HttpRequest } from "../../core/message.ts";
import { checkOption } from "../../core/options.ts";
import { success } from "../../core/outcome.ts";
import { arrivingAt } from "../../transport/arrival.ts";
import type { Handler } from "../../transport/port.ts";
import type { Distribution } from "./distribution.ts";
import type { SimulatedProcess } from "./simulated-process.ts";

/** What ails an instance. */
export interface Disturbance {
  /** Time that each request is held up before the service sees it, in ms. */
  readonly delayMs: Distribution;
  /** Share of requests that fail and never reach the service, 0 to 1; or a function that says of each, by its number from 1. */
  readonly failures: number | ((request: number) => boolean);
  /** The answer of those. Default: 500 without a body. */
  readonly failure: HttpReply;
}

/** A listening process, as the network sees it. */
export interface Host {
  readonly process: SimulatedProcess;
  /** False once it is dead, or has stopped listening: connections are refused. */
  readonly isListening: () => boolean;
  /** Handles a request; resolves with the reply, and never when the process died. */
  readonly handle: (request: HttpRequest, gone: Cancellation) => Promise<HttpReply>;
  /** Calls `listener` when open connections are cut: by its death, or at the end of its drain. */
  readonly onCut: (listener: () => void) => () => void;
  readonly inFlight: () => number;
  /** Requests that ever arrived. */
  readonly received: () => number;
  readonly disturb: (disturbance: Partial<Disturbance>) => () => void;
  /** Stops listening, waits at most `withinMs` for what is in flight, then cuts it; resolves with how many were cut. */
  readonly close: (withinMs: number) => Promise<number>;
}

const FAILURE: HttpReply = Object.freeze({ status: 500, headers: {}, body: undefined });

/** @param random For the ratios and delays of disturbances. */
export function createHost(process: SimulatedProcess, handler: Handler, random: () => number): Host {
  /** In slots that are used again: the tables of a set, dead, would keep what comes and goes with each request alive. */
  const cutListeners: ((() => void) | undefined)[] = [];
  const freeSlots: number[] = [];
  const idlers: (() => void)[] = [];
  let disturbances: readonly Partial<Disturbance>[] = [];
  let listening = true;
  let inFlight = 0;
  let received = 0;

  const cut = () => {
    listening = false;
    for (const listener of [...cutListeners]) listener?.();
  };
  process.onKill(cut);
  const ended = () => {
    inFlight -= 1;
    if (inFlight === 0) for (const resolve of idlers.splice(0)) resolve();
  };
  const delay = (ms: number) => new Promise<void>((resolve) => void process.clock.after(ms, resolve));
  const disturbed = async (request: HttpRequest, gone: Cancellation): Promise<HttpReply> => {
    const number = received;
    for (const { delayMs, failures, failure } of disturbances) {
      if (delayMs) await delay(delayMs(random));
      if (isFailing(failures, number, random)) return failure ?? FAILURE;
    }
    return handler(request, arrivingAt(gone));
  };

  return {
    process,
    isListening: () => listening,
    async handle(request, gone) {
      inFlight += 1;
      received += 1;
      try {
        return untilItsEnd(await disturbed(request, gone), ended);
      } catch (cause) {
        ended();
        throw cause;
      }
    },
    onCut(listener) {
      const slot = freeSlots.pop() ?? cutListeners.length;
      cutListeners[slot] = listener;
      return () => {
        if (cutListeners[slot] !== listener) return;
        cutListeners[slot] = undefined;
        freeSlots.push(slot);
      };
    },
    inFlight: () => inFlight,
    received: () => received,
    disturb(disturbance) {
      const { failures = 0 } = disturbance;
      if (typeof failures === "number") {
        checkOption(failures >= 0 && failures <= 1, "failures", "from 0 to 1, or a function", failures);
      }
      disturbances = [...disturbances, disturbance];
      return () => {
        disturbances = disturbances.filter((other) => other !== disturbance);
      };
    },
    async close(withinMs) {
      listening = false;
      if (inFlight > 0)
        await Promise.race([new Promise<void>((resolve) => void idlers.push(resolve)), delay(withinMs)]);
      const left = inFlight;
      cut();
      return left;
    },
  };
}

/** A reply that streams is in flight until its end. */
function untilItsEnd(reply: HttpReply, ended: () => void): HttpReply {
  return whenBodyEnds(success(reply), ended).reply ?? reply;
}

function isFailing(failures: Disturbance["failures"] | undefined, request: number, random: () => number): boolean {
  if (failures === undefined) return false;
  return typeof failures === "number" ? random() < failures : failures(request);
}
