import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextStep } from "./instance-machine.ts";
import { MACHINE_DEFAULTS, type MachineOptions } from "./instance-options.ts";
import { type InstanceEvent, type Machine, NEVER_STARTED, stateOf, wakeMs } from "./instance-state.ts";

/** A machine with a world around it: it has processes, a clock that only moves forward, and a log of starts. */
function createWorld(given: Partial<MachineOptions> = {}, jitter = 0.5) {
  const options = { ...MACHINE_DEFAULTS, ...given };
  let machine: Machine = NEVER_STARTED;
  let nowMs = 0;
  const alive = new Set<number>();
  const startsMs: number[] = [];
  const signals: string[] = [];
  const said: string[] = [];
  const registry: string[] = [];

  const send = (event: InstanceEvent) => {
    const step = nextStep(machine, event, { nowMs, jitter }, options);
    machine = step.machine;
    for (const effect of step.effects) {
      if (effect.kind === "signal") signals.push(effect.signal);
      if (effect.kind === "say") said.push(effect.text);
      if (effect.kind === "join" || effect.kind === "leave") registry.push(effect.kind);
    }
    return step.effects.flatMap((effect) => (effect.kind === "spawn" ? [effect.run] : []));
  };
  /** Starts the process that an event asks for, if it does. */
  const tell = (event: InstanceEvent) => {
    for (const run of send(event)) {
      if (machine.run !== run) continue;
      alive.add(run);
      startsMs.push(nowMs);
      send({ kind: "spawned", run });
    }
  };
  return {
    options,
    machine: () => machine,
    state: () => stateOf(machine),
    nowMs: () => nowMs,
    alive,
    startsMs,
    signals,
    said,
    registry,
    tell,
    /** An event of the process that runs now. */
    process(event: { kind: "ready" } | { kind: "healthy" } | { kind: "unhealthy"; reason: string; silent: boolean }) {
      tell({ ...event, run: machine.run });
    },
    exit(reason = "exited with code 1") {
      const [run] = alive;
      if (run === undefined) return;
      alive.delete(run);
      tell({ kind: "exited", run, reason });
    },
    pass(ms: number) {
      const untilMs = nowMs + ms;
      for (let dueMs = wakeMs(machine, options); dueMs !== undefined && dueMs <= untilMs; ) {
        nowMs = Math.max(nowMs, dueMs);
        tell({ kind: "woke" });
        dueMs = wakeMs(machine, options);
      }
      nowMs = untilMs;
    },
  };
}

describe("an instance", () => {
  it("starts, becomes ready and joins the registry", () => {
    const world = createWorld();
    world.tell({ kind: "start" });
    expect(world.state()).toBe("starting");
    world.pass(120);
    world.process({ kind: "ready" });
    expect([world.state(), world.registry, world.said]).toEqual(["ready", ["join"], ["ready in 120 ms"]]);
  });

  it("comes back after a crash, later each time, and leaves the registry at once", () => {
    const world = createWorld();
    world.tell({ kind: "start" });
    world.process({ kind: "ready" });
    world.exit("exited with code 1");
    expect([world.state(), world.machine().reason]).toEqual(["backoff", "exited with code 1"]);
    expect(world.registry).toEqual(["join", "leave"]);
    world.pass(74);
    expect(world.alive.size).toBe(0);
    world.pass(1);
    expect(world.alive.size).toBe(1);
    world.exit();
    world.pass(149);
    expect(world.alive.size).toBe(0);
    world.pass(1);
    expect(world.alive.size).toBe(1);
  });

  it("is in a crash loop after five exits in a minute, then tried once a minute until it stays healthy", () => {
    const world = createWorld();
    world.tell({ kind: "start" });
    for (let exits = 1; exits <= 4; exits += 1) {
      world.exit();
      expect(world.state()).toBe("backoff");
      world.pass(10_000);
    }
    world.exit();
    expect(world.state()).toBe("crash-loop");
    world.pass(60_000);
    world.exit();
    expect(world.state()).toBe("crash-loop");
    world.pass(60_000);
    world.process({ kind: "ready" });
    world.pass(30_000);
    world.exit();
    expect(world.state()).toBe("backoff");
  });

  it("leaves a crash loop at once when a file changes", () => {
    const world = createWorld({ crashesMax: 1 });
    world.tell({ kind: "start" });
    world.exit();
    expect(world.state()).toBe("crash-loop");
    world.tell({ kind: "restart", cause: "change" });
    expect(world.state()).toBe("starting");
  });

  it("is stopped with SIGTERM, then SIGKILL after stopMs", () => {
    const world = createWorld({ stopMs: 500 });
    world.tell({ kind: "start" });
    world.process({ kind: "ready" });
    world.tell({ kind: "stop", quick: false });
    expect([world.state(), world.signals]).toEqual(["draining", ["SIGTERM"]]);
    world.pass(499);
    expect(world.signals).toEqual(["SIGTERM"]);
    world.pass(1);
    expect(world.signals).toEqual(["SIGTERM", "SIGKILL"]);
    world.exit("killed by SIGKILL");
    expect(world.state()).toBe("stopped");
  });

  it("leaves the registry leaveMs before SIGTERM, except when the whole fleet stops", () => {
    const world = createWorld({ leaveMs: 200 });
    world.tell({ kind: "start" });
    world.process({ kind: "ready" });
    world.tell({ kind: "stop", quick: false });
    expect([world.registry, world.signals]).toEqual([["join", "leave"], []]);
    world.pass(200);
    expect(world.signals).toEqual(["SIGTERM"]);
    world.exit();
    world.tell({ kind: "start" });
    world.process({ kind: "ready" });
    world.tell({ kind: "stop", quick: true });
    expect(world.signals).toEqual(["SIGTERM", "SIGTERM"]);
  });

  it("that never becomes ready is stopped, shown as failed with the reason, and tried again a minute later", () => {
    const world = createWorld({ readyMs: 1_000, unreadyReason: "did not become ready within 1000 ms" });
    world.tell({ kind: "start" });
    world.pass(1_000);
    expect([world.state(), world.signals]).toEqual(["failed", ["SIGTERM"]]);
    world.exit("killed by SIGTERM");
    expect([world.state(), world.machine().reason]).toEqual(["failed", "did not become ready within 1000 ms"]);
    world.pass(60_000);
    expect(world.state()).toBe("starting");
  });

  it("shows the reason that the process gave before it exited", () => {
    const world = createWorld();
    world.tell({ kind: "start" });
    world.tell({ kind: "complained", run: 1, reason: "port 20001 is taken" });
    world.exit("exited with code 1");
    expect(world.machine().reason).toBe("port 20001 is taken");
  });

  it("that cannot be started is failed and tried again", () => {
    const world = createWorld();
    const step = nextStep(NEVER_STARTED, { kind: "start" }, { nowMs: 0, jitter: 0 }, world.options);
    const failed = nextStep(
      step.machine,
      { kind: "unspawnable", run: 1, reason: "port 8080 is taken" },
      { nowMs: 0, jitter: 0 },
      world.options,
    );
    expect([stateOf(failed.machine), failed.machine.reason]).toEqual(["failed", "port 8080 is taken"]);
    expect(wakeMs(failed.machine, world.options)).toBe(50);
  });

  it("is restarted after three failed health checks in a row, and not after two", () => {
    const world = createWorld();
    world.tell({ kind: "start" });
    world.process({ kind: "ready" });
    const failing = { kind: "unhealthy", reason: "GET /health answered 500", silent: false } as const;
    world.process(failing);
    world.process(failing);
    world.process({ kind: "healthy" });
    world.process(failing);
    world.process(failing);
    expect(world.state()).toBe("ready");
    world.process(failing);
    expect([world.state(), world.signals, world.registry.at(-1)]).toEqual(["unhealthy", ["SIGTERM"], "leave"]);
    world.exit();
    expect(world.state()).toBe("backoff");
  });

  it("that does not answer in time has more than a minute to come back: most are only busy", () => {
    const world = createWorld();
    world.tell({ kind: "start" });
    world.process({ kind: "ready" });
    const silent = { kind: "unhealthy", reason: "GET /health: no answer within 2000 ms", silent: true } as const;
    for (let check = 1; check < 10; check += 1) world.process(silent);
    expect([world.state(), world.machine().reason]).toEqual(["ready", silent.reason]);
    world.tell({ kind: "restart", cause: "request" });
    expect(world.state()).toBe("draining");
    world.exit();
    world.process({ kind: "ready" });
    for (let check = 1; check <= 10; check += 1) world.process(silent);
    expect(world.state()).toBe("unhealthy");
  });

  it("ignores what an earlier process says", () => {
    const world = createWorld();
    world.tell({ kind: "start" });
    world.exit();
    world.pass(100);
    world.tell({ kind: "ready", run: 1 });
    expect(world.state()).toBe("starting");
  });

  it("that is stopped before its process exists does not start it", () => {
    const { machine } = nextStep(NEVER_STARTED, { kind: "start" }, { nowMs: 0, jitter: 0 }, MACHINE_DEFAULTS);
    const stopped = nextStep(machine, { kind: "stop", quick: false }, { nowMs: 0, jitter: 0 }, MACHINE_DEFAULTS);
    expect([stateOf(stopped.machine), stopped.machine.run === machine.run]).toEqual(["stopped", false]);
  });
});

const action = fc.oneof(
  { weight: 2, arbitrary: fc.constant("start" as const) },
  fc.constant("stop" as const),
  fc.constant("quick stop" as const),
  fc.constant("restart" as const),
  { weight: 2, arbitrary: fc.constant("change" as const) },
  { weight: 3, arbitrary: fc.constant("ready" as const) },
  { weight: 2, arbitrary: fc.constant("unhealthy" as const) },
  { weight: 2, arbitrary: fc.constant("silent" as const) },
  { weight: 4, arbitrary: fc.constant("exit" as const) },
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 120_000 }) },
);
type Action = typeof action extends fc.Arbitrary<infer Value> ? Value : never;

function play(world: ReturnType<typeof createWorld>, step: Action): void {
  if (typeof step === "number") world.pass(step);
  else if (step === "exit") world.exit();
  else if (step === "ready") world.process({ kind: "ready" });
  else if (step === "unhealthy") world.process({ kind: "unhealthy", reason: "answered 500", silent: false });
  else if (step === "silent") world.process({ kind: "unhealthy", reason: "no answer", silent: true });
  else if (step === "start") world.tell({ kind: "start" });
  else if (step === "restart") world.tell({ kind: "restart", cause: "request" });
  else if (step === "change") world.tell({ kind: "restart", cause: "change" });
  else world.tell({ kind: "stop", quick: step === "quick stop" });
}

describe("for any course of events, an instance", () => {
  it("never has two processes, and has one exactly when its state says so", () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 200 }), fc.nat(500), (actions, leaveMs) => {
        const world = createWorld({ leaveMs });
        for (const step of actions) {
          play(world, step);
          expect(world.alive.size).toBeLessThanOrEqual(1);
          const { kind } = world.machine().phase;
          expect(world.alive.size).toBe(kind === "starting" || kind === "ready" || kind === "stopping" ? 1 : 0);
        }
      }),
    );
  });

  it("stays stopped until someone asks for it", () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), fc.array(action, { maxLength: 60 }), (before, after) => {
        const world = createWorld();
        for (const step of before) play(world, step);
        world.tell({ kind: "stop", quick: false });
        const starts = world.startsMs.length;
        for (const step of after) if (step !== "start" && step !== "restart") play(world, step);
        world.pass(20_000);
        world.exit();
        expect([world.state(), world.startsMs.length]).toEqual(["stopped", starts]);
      }),
    );
  });

  it("is restarted at most six times in any minute, unless it is asked for or its files change", () => {
    const unasked = action.filter((step) => step !== "start" && step !== "restart" && step !== "change");
    fc.assert(
      fc.property(
        fc.array(unasked, { maxLength: 300 }),
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        (actions, jitter) => {
          const world = createWorld({}, jitter);
          world.tell({ kind: "start" });
          for (const step of actions) play(world, step);
          for (const startMs of world.startsMs) {
            const within = world.startsMs.filter((other) => other >= startMs && other < startMs + 60_000);
            expect(within.length).toBeLessThanOrEqual(6);
          }
        },
      ),
    );
  });

  it("gets its last signal at most leaveMs + stopMs after it was asked to stop", () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), fc.nat(500), fc.nat(5_000), (actions, leaveMs, stopMs) => {
        const world = createWorld({ leaveMs, stopMs });
        for (const step of actions) play(world, step);
        world.tell({ kind: "stop", quick: false });
        world.pass(leaveMs + stopMs);
        expect(world.alive.size === 0 || world.signals.at(-1) === "SIGKILL").toBe(true);
      }),
    );
  });
});
