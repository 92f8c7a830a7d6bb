// A process of a chain: A calls B, B takes its time and calls C, C works until it is told to stop.
import { setTimeout as pause } from "node:timers/promises";
import { isShoalError, serve, use } from "shoal";
import { systemClock } from "../../../packages/shoal/src/transport/system-ports.ts";
import { end, middle } from "../chain-contracts.ts";
import { answerParent } from "../rig/answer-parent.ts";

/** What C saw of one request. */
export interface Seen {
  /** Of its deadline when its handler began, in ms. */
  readonly remainingMs: number;
  /** How long after its deadline it still began work, in ms, without the time for which it had no CPU; negative: none. */
  readonly lateMs: number;
}

export interface ChainCommands {
  readonly date: () => number;
  readonly serveMiddle: (takesMs: number) => Promise<string>;
  readonly serveEnd: (takesMs: number, concurrencyMax: number) => Promise<string>;
  /** So many calls of A at once. Answers with their codes; "" is success. */
  readonly call: (service: "middle" | "end", deadlineMs: number, calls: number) => Promise<readonly string[]>;
  /** How much longer than it was to take B took, in ms, for each request. */
  readonly overMs: () => readonly number[];
  readonly seen: () => readonly Seen[];
}

const STEP_MS = 2;
const seen: Seen[] = [];
const overMs: number[] = [];
const starvedMs = () => systemClock.starvedMs?.() ?? 0;

answerParent<ChainCommands>({
  date: () => Date.now(),
  async serveMiddle(takesMs) {
    const next = use(end);
    const handlers = {
      async work() {
        const startMs = performance.now();
        await pause(takesMs);
        overMs.push(performance.now() - startMs - takesMs);
        return next.work();
      },
    };
    return (await serve(middle, handlers).listen({ port: 0 })).address;
  },
  async serveEnd(takesMs, concurrencyMax) {
    const options = { concurrencyMax };
    const service = serve(
      end,
      {
        async work(_, { deadlineMs, signal }) {
          const startMs = performance.now();
          const remainingMs = deadlineMs - startMs;
          let lastMs = startMs;
          let starvedBeforeMs = 0;
          while (!signal.aborted && lastMs < startMs + takesMs) {
            if (lastMs < deadlineMs) starvedBeforeMs = starvedMs();
            await pause(STEP_MS);
            if (signal.aborted) break;
            lastMs = performance.now();
          }
          const starved = lastMs > deadlineMs ? starvedMs() - starvedBeforeMs : 0;
          seen.push({ remainingMs, lateMs: lastMs - deadlineMs - starved });
          return {};
        },
      },
      options,
    );
    return (await service.listen({ port: 0 })).address;
  },
  async call(service, deadlineMs, calls) {
    const consumer = use(service === "middle" ? middle : end, { deadlineMs, attemptsMax: 1 });
    const call = async () => {
      try {
        await consumer.work();
        return "";
      } catch (cause) {
        return isShoalError(cause) ? cause.code : String(cause);
      }
    };
    return Promise.all(Array.from({ length: calls }, call));
  },
  overMs: () => overMs,
  seen: () => seen,
});
