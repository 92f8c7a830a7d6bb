import type { FleetStatus, InstanceState, InstanceStatus } from "../../src/api/types.ts";
import { makeFleet, type SyntheticFleet } from "./fleet.ts";
import { SyntheticHistory } from "./history.ts";
import { makeLine } from "./make-line.ts";
import { makeTrace } from "./make-trace.ts";
import { createRandom, type Random } from "./random.ts";
import { makeRuns } from "./runs.ts";

export interface WorldOptions {
  readonly services: number;
  readonly instances: number;
  readonly seed: number;
  readonly tracesPerSecond: number;
  /** Beside those of the traces. */
  readonly linesPerSecond: number;
}

const STEP_MS = 250;
const PAST_MS = 900_000;
const PAST_TRACES = 900;

/** A fleet that lives: traffic, and instances that come and go when they are told to. */
export class SyntheticWorld {
  readonly fleet: SyntheticFleet;
  readonly history: SyntheticHistory;
  readonly random: Random;
  readonly run: string;
  readonly runs: ReturnType<typeof makeRuns>;
  readonly startedMs = Date.now() - PAST_MS;
  readonly #options: WorldOptions;
  readonly #timers = new Set<NodeJS.Timeout>();
  /** Instances whose state changed, with the number of the change. */
  readonly instanceChanges: InstanceStatus[] = [];

  constructor(options: WorldOptions) {
    this.#options = options;
    this.random = createRandom(options.seed);
    this.run = this.random.hex(12);
    this.history = new SyntheticHistory(this.run);
    this.fleet = makeFleet(this.random, options, Date.now());
    this.runs = makeRuns(this.random, this.run, Date.now());
    for (let index = PAST_TRACES; index > 0; index -= 1) this.#trace(Date.now() - (index / PAST_TRACES) * PAST_MS);
    this.#timers.add(setInterval(() => this.#step(), STEP_MS));
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  status(): FleetStatus {
    const { traces, exchanges, lines } = this.history;
    return {
      fleet: "synthetic",
      realm: "local",
      version: "0.0.0",
      startedMs: this.startedMs,
      warnings: ["The disk is nearly full: history is kept for 40 minutes only."],
      logLinesDropped: 1_204,
      run: this.run,
      history: {
        spans: traces.length * 9,
        logs: lines.length,
        exchanges: exchanges.length,
        bytes: 412_000_000,
        bytesMax: 2_147_483_648,
        oldestMs: this.startedMs,
        pendingBytes: 0,
        dropped: { spans: 312, logs: 1_204, exchanges: 0 },
      },
      faults: [],
      faultsRefused: null,
    };
  }

  /** As a supervisor would: not all at once. */
  command(service: string, command: string): readonly string[] {
    const found = this.fleet.find(service);
    if (!found) return [];
    const steps: InstanceState[] =
      command === "stop"
        ? ["draining", "stopped"]
        : command === "start"
          ? ["starting", "ready"]
          : ["draining", "starting", "ready"];
    found.instances.forEach(({ instance }, index) => {
      for (const [at, state] of steps.entries()) {
        this.#later(300 + index * 150 + at * 900, () => this.#become(found.instances, instance, state));
      }
    });
    return found.instances.map(({ instance }) => instance);
  }

  #become(instances: InstanceStatus[], instance: string, state: InstanceState): void {
    const at = instances.findIndex((one) => one.instance === instance);
    const before = instances[at];
    if (!before) return;
    const restarts = before.restarts + (state === "starting" ? 1 : 0);
    const next = {
      ...before,
      state,
      restarts,
      sinceMs: Date.now(),
      reason: state === "stopped" ? "stopped on request" : null,
    };
    instances[at] = next;
    this.instanceChanges.push(next);
  }

  #later(delayMs: number, act: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, delayMs);
    this.#timers.add(timer);
  }

  #step(): void {
    const nowMs = Date.now();
    for (let left = this.#share(this.#options.tracesPerSecond); left > 0; left -= 1)
      this.#trace(nowMs - this.random.integer(0, STEP_MS));
    for (let left = this.#share(this.#options.linesPerSecond); left > 0; left -= 1) this.#line(nowMs);
  }

  /** Of what comes in a second, what comes in this step. */
  #share(perSecond: number): number {
    const exact = (perSecond * STEP_MS) / 1_000;
    return Math.floor(exact) + (this.random.chance(exact % 1) ? 1 : 0);
  }

  #trace(startMs: number): void {
    const entries = this.fleet.services.filter(({ tier, rate }) => tier === 0 && rate > 0);
    this.history.add(makeTrace(this, this.random.pick(entries), startMs));
  }

  #line(timeMs: number): void {
    const { name, instances } = this.random.pick(this.fleet.services);
    const { instance } = this.random.pick(instances);
    this.history.addLine(
      makeLine(this.random, { service: name, instance, timeMs, traceId: "", spanId: "", failed: false }),
    );
  }

  /** A trace that begins at a service now, as if somebody had called it. */
  call(service: string): string {
    const found = this.fleet.find(service);
    if (!found) return "";
    const records = makeTrace(this, found, Date.now());
    this.history.add(records);
    return records.traceId;
  }
}
