import { request } from "node:http";
import { connect } from "node:net";
import type { Clock } from "../../core/clock.ts";
import { messageOf } from "../../core/errors.ts";

/** What is wrong with a program. */
export interface Illness {
  readonly reason: string;
  /** It did not answer in time: it may be hung, or only busy. */
  readonly silent: boolean;
}

/** Asks a program whether it is well. Resolves to undefined when it is; never rejects. */
export type Probe = (timeoutMs: number) => Promise<Illness | undefined>;

export interface HealthEvents {
  /** The first success. */
  readonly onReady: () => void;
  readonly onHealthy: () => void;
  /** A failure after the first success. */
  readonly onUnhealthy: (illness: Illness) => void;
}

/** Pauses until the first success, in ms: short at first, for a program that is quick; long for one that compiles. */
const READY_PAUSE_MS_FIRST = 25;
const READY_PAUSE_MS_MAX = 250;
const READY_PAUSE_GROWTH = 1.5;
/** Pause between checks of a program that has been well, and how long an answer may take, in ms. */
const CHECK_PAUSE_MS = 5_000;
const CHECK_TIMEOUT_MS = 2_000;

/** Checks until it is closed. */
export function watchHealth(clock: Clock, probe: Probe, events: HealthEvents): { readonly close: () => void } {
  let closed = false;
  let ready = false;
  let pauseMs = READY_PAUSE_MS_FIRST;
  let cancel = clock.after(0, check);

  async function run(): Promise<void> {
    const illness = await probe(CHECK_TIMEOUT_MS);
    if (closed) return;
    if (illness !== undefined) {
      if (ready) events.onUnhealthy(illness);
    } else if (ready) {
      events.onHealthy();
    } else {
      ready = true;
      events.onReady();
    }
    if (closed) return;
    cancel = clock.after(ready ? CHECK_PAUSE_MS : pauseMs, check);
    pauseMs = Math.min(READY_PAUSE_MS_MAX, pauseMs * READY_PAUSE_GROWTH);
  }
  function check(): void {
    void run();
  }

  return {
    close() {
      closed = true;
      cancel();
    },
  };
}

/** Well when a GET of the path is answered 2xx. */
export function httpProbe(port: number, path: string): Probe {
  return (timeoutMs) =>
    new Promise((resolve) => {
      const options = { host: "127.0.0.1", port, path, agent: false, signal: AbortSignal.timeout(timeoutMs) };
      const outgoing = request(options, (reply) => {
        reply.on("error", () => {});
        reply.resume();
        const status = reply.statusCode ?? 0;
        const isWell = status >= 200 && status < 300;
        resolve(isWell ? undefined : { reason: `GET ${path} answered ${status}`, silent: false });
        // The answer's status is all we want: a body that never ends must not keep the connection.
        outgoing.destroy();
      });
      outgoing.on("error", (error) => resolve(illnessOf(`GET ${path}`, error, timeoutMs)));
      outgoing.end();
    });
}

/** Well when the port accepts a connection. */
export function tcpProbe(port: number): Probe {
  return (timeoutMs) =>
    new Promise((resolve) => {
      const socket = connect({ host: "127.0.0.1", port, signal: AbortSignal.timeout(timeoutMs) });
      socket.once("connect", () => {
        resolve(undefined);
        socket.destroy();
      });
      socket.on("error", (error) => resolve(illnessOf(`port ${port}`, error, timeoutMs)));
    });
}

function illnessOf(asked: string, error: Error, timeoutMs: number): Illness {
  const silent = error.name === "AbortError" || error.name === "TimeoutError";
  return { reason: `${asked}: ${silent ? `no answer within ${timeoutMs} ms` : messageOf(error)}`, silent };
}
