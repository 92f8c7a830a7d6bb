import type { Cancel } from "../../core/clock.ts";
import type { Ports } from "../../core/service.ts";
import type { ResilienceReport } from "../resilience.ts";
import type { CountingResilienceMeter } from "../resilience-meter.ts";
import { isRestless } from "./report.ts";

/** Time between two reports while things happen, in ms. */
const BUSY_MS = 2_000;
/** The same while nothing happens, but there is something to see, such as an ejected instance. */
const RESTLESS_MS = 10_000;
/** What happens together is told together, in ms. */
const GATHER_MS = 250;

/** Reports to the control plane when something has changed. */
export interface ResilienceReporter {
  /** Stops, after a last report if there ever was one. Never rejects. */
  readonly stop: () => Promise<void>;
}

export interface ResilienceReporterParts {
  readonly ports: Ports;
  readonly meter: Pick<CountingResilienceMeter, "changes" | "onNext">;
  readonly report: () => ResilienceReport;
  /** Must not reject. A report that is not taken is not sent again: the next one has all counts since the start. */
  readonly send: (report: ResilienceReport) => Promise<unknown>;
}

/**
 * Starts to report: at most each 2 s, and only what is new; once more 10 s after the last change, so that what is shown
 * is how it ended, and on each 10 s while there is something to see. Then it has no timer until something is counted.
 */
export function startResilienceReporter({ ports, meter, report, send }: ResilienceReporterParts): ResilienceReporter {
  const { clock } = ports;
  let cancel: Cancel = () => {};
  let isStopped = false;
  let sentChanges = 0;
  let sentMs = Number.NEGATIVE_INFINITY;

  const tick = async () => {
    meter.onNext(undefined);
    const changes = meter.changes();
    const isNews = changes > sentChanges;
    const told = report();
    sentChanges = changes;
    sentMs = clock.now();
    await send(told);
    if (isStopped) return;
    if (meter.changes() > sentChanges) wake();
    else if (isNews || isRestless(told)) sleep(RESTLESS_MS);
    else meter.onNext(wake);
  };
  const schedule = (ms: number) => {
    cancel();
    cancel = clock.after(ms, () => void tick());
  };
  const sleep = (ms: number) => {
    schedule(ms);
    meter.onNext(wake);
  };
  const wake = () => {
    if (isStopped) return;
    // Processes that are woken together, by an instance that all of them call, must not report together.
    schedule(Math.max(GATHER_MS * (1 + ports.random()), sentMs + BUSY_MS - clock.now()));
  };
  if (meter.changes() > 0) wake();
  else meter.onNext(wake);

  return {
    async stop() {
      if (isStopped) return;
      isStopped = true;
      cancel();
      meter.onNext(undefined);
      if (meter.changes() > 0) await send({ ...report(), ended: true });
    },
  };
}
