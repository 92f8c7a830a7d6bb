import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { type EndSignal, interceptSignals, type SignalProcess } from "./signals.ts";

/** Behaves as `process` does: it binds `emit` with a signal's first listener, and ends when nobody listens. */
class FakeProcess extends EventEmitter {
  readonly pid = 7;
  readonly killed: EndSignal[] = [];
  #bound: ((signal: EndSignal) => boolean) | undefined;

  constructor() {
    super();
    this.on("newListener", () => {
      this.#bound ??= this.emit.bind(this) as (signal: EndSignal) => boolean;
    });
  }

  kill(_pid: number, signal: EndSignal): void {
    this.killed.push(signal);
  }

  /** The system delivers a signal. */
  deliver(signal: EndSignal): void {
    if (this.listenerCount(signal) === 0) this.kill(this.pid, signal);
    else this.#bound?.(signal);
  }
}

function make() {
  const target = new FakeProcess();
  const calls: boolean[] = [];
  const drained = Promise.withResolvers<void>();
  const signals = interceptSignals(target as unknown as SignalProcess, {
    signals: ["SIGTERM"],
    before(appEnds) {
      calls.push(appEnds);
      return drained.promise;
    },
  });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { target, calls, drained, signals, settle };
}

describe("interceptSignals", () => {
  it("takes no part before it holds: the app's listener runs at once", () => {
    const { target, calls } = make();
    const heard: string[] = [];
    target.on("SIGTERM", () => heard.push("app"));
    target.deliver("SIGTERM");
    expect(heard).toEqual(["app"]);
    expect(calls).toEqual([]);
  });

  it("drains first, then lets the signal end a process that does not listen to it", async () => {
    const { target, calls, drained, signals, settle } = make();
    signals.hold();
    target.deliver("SIGTERM");
    expect(calls).toEqual([false]);
    expect(target.killed).toEqual([]);
    drained.resolve();
    await settle();
    expect(target.killed).toEqual(["SIGTERM"]);
    expect(target.listenerCount("SIGTERM")).toBe(0);
  });

  it("drains first, then calls the app's listeners once, whenever they were added", async () => {
    const { target, calls, drained, signals, settle } = make();
    const heard: string[] = [];
    target.on("SIGTERM", () => heard.push(`before, ${target.listenerCount("SIGTERM")} listen`));
    signals.hold();
    target.on("SIGTERM", () => heard.push("after"));
    target.deliver("SIGTERM");
    expect(calls).toEqual([true]);
    expect(heard).toEqual([]);
    drained.resolve();
    await settle();
    expect(heard).toEqual(["before, 2 listen", "after"]);
    expect(target.killed).toEqual([]);
  });

  it("lets a second signal take its effect at once, and the first not once more", async () => {
    const { target, drained, signals, settle } = make();
    signals.hold();
    target.deliver("SIGTERM");
    target.deliver("SIGTERM");
    expect(target.killed).toEqual(["SIGTERM"]);
    drained.resolve();
    await settle();
    expect(target.killed).toEqual(["SIGTERM"]);
  });

  it("lets the signal take its effect when draining fails", async () => {
    const { target, drained, signals, settle } = make();
    signals.hold();
    target.deliver("SIGTERM");
    drained.reject(new Error("broken"));
    await settle();
    expect(target.killed).toEqual(["SIGTERM"]);
  });

  it("leaves other events and signals alone", () => {
    const { target, calls, signals } = make();
    signals.hold();
    const heard: unknown[] = [];
    target.on("SIGINT", (...args) => heard.push(args));
    target.emit("SIGINT", "SIGINT", 2);
    expect(heard).toEqual([["SIGINT", 2]]);
    expect(calls).toEqual([]);
  });
});
