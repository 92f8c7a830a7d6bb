/**
 * The life of one instance as a pure function. Its shell (instance-runner.ts) starts and signals processes and tells
 * what happened; every decision is made here, from state, event and time.
 *
 * Two properties carry the rest: a process exists exactly in the phases "starting" (once spawned), "ready" and
 * "stopping", and `spawn` is only ever decided where none exists; so there are never two. And only a request leaves
 * "stopped"; so a stopped instance stays stopped whatever files change or late exits arrive.
 */

import type { MachineOptions } from "./instance-options.ts";
import type { InstanceEffect, InstanceEvent, Machine, Phase, Step } from "./instance-state.ts";

/**
 * The next state and what to do about it.
 * @param nowMs Monotonic.
 * @param jitter Uniform in [0, 1), drawn anew for each call.
 */
export function nextStep(
  machine: Machine,
  event: InstanceEvent,
  at: { readonly nowMs: number; readonly jitter: number },
  options: MachineOptions,
): Step {
  if ("run" in event && event.run !== machine.run) return stay(machine);
  switch (machine.phase.kind) {
    case "stopped":
      return isRequest(event) ? spawn(fresh(machine), at.nowMs) : stay(machine);
    case "starting":
      return whileStarting(machine, machine.phase, event, { ...at, options });
    case "ready":
      return whileReady(machine, machine.phase, event, { ...at, options });
    case "stopping":
      return whileStopping(machine, machine.phase, event, { ...at, options });
    case "waiting":
      return whileWaiting(machine, machine.phase, event, at.nowMs);
    default:
      return machine.phase satisfies never;
  }
}

interface Moment {
  readonly nowMs: number;
  readonly jitter: number;
  readonly options: MachineOptions;
}

function whileStarting(machine: Machine, phase: Phase & { kind: "starting" }, event: InstanceEvent, at: Moment): Step {
  switch (event.kind) {
    case "spawned":
      return stay({ ...machine, phase: { ...phase, spawned: true } });
    case "unspawnable":
      return fail(machine, event.reason, at, backoffMs(machine.failedRuns, at));
    case "complained":
      return stay({ ...machine, phase: { ...phase, complaint: event.reason } });
    case "ready": {
      const readyMs = Math.round(at.nowMs - phase.beganMs);
      const next = { ...machine, phase: { kind: "ready", readyMs: at.nowMs, failures: 0 } as const, reason: null };
      return { machine: next, effects: [{ kind: "join" }, say(`ready in ${readyMs} ms`)] };
    }
    case "exited":
      return exited(machine, phase.complaint ?? event.reason, at);
    case "woke": {
      const reason = phase.complaint ?? at.options.unreadyReason;
      return stopping({ ...machine, reason }, "fail", at, [say(`${reason}; stopping it`)]);
    }
    case "stop":
      return phase.spawned ? stopping(machine, "stop", at, []) : stopped(machine);
    case "restart":
      // Not spawned yet: what is about to start has the new files anyway.
      return phase.spawned ? stopping(fresh(machine), "start", at, []) : stay(fresh(machine));
    default:
      return stay(machine);
  }
}

function whileReady(machine: Machine, phase: Phase & { kind: "ready" }, event: InstanceEvent, at: Moment): Step {
  switch (event.kind) {
    case "healthy":
      return phase.failures === 0
        ? stay(machine)
        : stay({ ...machine, phase: { ...phase, failures: 0 }, reason: null });
    case "unhealthy": {
      const failures = phase.failures + 1;
      const next = { ...machine, phase: { ...phase, failures }, reason: event.reason };
      const { failuresMax, silencesMax } = at.options;
      if (failures < (event.silent ? silencesMax : failuresMax)) return stay(next);
      return stopping(counted(next, at), "recover", at, [say(`unhealthy: ${event.reason}; restarting it`)]);
    }
    case "exited":
      return exited(machine, event.reason, at);
    case "stop": {
      const drain = event.quick ? [] : [say("stopping")];
      return stopping(machine, "stop", event.quick ? { ...at, options: { ...at.options, leaveMs: 0 } } : at, drain);
    }
    case "restart":
      return stopping(fresh(machine), "start", at, [
        say(event.cause === "change" ? "a file changed: restarting" : "restarting"),
      ]);
    default:
      return stay(machine);
  }
}

function whileStopping(machine: Machine, phase: Phase & { kind: "stopping" }, event: InstanceEvent, at: Moment): Step {
  const again = (): Machine => ({ ...machine, phase: { ...phase, next: "start", shown: "draining" } });
  switch (event.kind) {
    case "woke":
      if (phase.signal === undefined) return stay(machine);
      return signalled(machine, phase, at);
    case "exited":
      return ended(machine, phase, event.reason, at);
    case "stop": {
      const next = { ...phase, next: "stop" as const, shown: "draining" as const };
      if (event.quick && phase.signal === "SIGTERM") return signalled({ ...machine, phase: next }, next, at);
      return stay({ ...machine, phase: next });
    }
    case "start":
      return stay(again());
    case "restart":
      // A changed file must not bring back what someone stopped.
      return event.cause === "change" && phase.next === "stop" ? stay(machine) : stay(fresh(again()));
    default:
      return stay(machine);
  }
}

function whileWaiting(machine: Machine, phase: Phase & { kind: "waiting" }, event: InstanceEvent, nowMs: number): Step {
  switch (event.kind) {
    case "woke":
      return nowMs >= phase.untilMs ? spawn(machine, nowMs) : stay(machine);
    case "start":
    case "restart":
      return spawn(fresh(machine), nowMs);
    case "stop":
      return stopped(machine);
    default:
      return stay(machine);
  }
}

function spawn(machine: Machine, nowMs: number): Step {
  const run = machine.run + 1;
  return {
    machine: { ...machine, run, phase: { kind: "starting", spawned: false, beganMs: nowMs, complaint: null } },
    effects: [{ kind: "spawn", run }],
  };
}

/** Its process goes: first its callers learn it, then it gets SIGTERM, at last SIGKILL. */
function stopping(
  machine: Machine,
  why: "stop" | "start" | "recover" | "fail",
  at: Moment,
  before: readonly InstanceEffect[],
): Step {
  const wasReady = machine.phase.kind === "ready";
  const shown = why === "fail" ? "failed" : why === "recover" ? "unhealthy" : "draining";
  const next = why === "recover" ? "start" : why;
  const phase = { kind: "stopping", shown, next, signal: "SIGTERM", untilMs: at.nowMs + at.options.leaveMs } as const;
  const left: Step = {
    machine: { ...machine, phase },
    effects: [...before, ...(wasReady ? [{ kind: "leave" } as const] : [])],
  };
  if (wasReady && at.options.leaveMs > 0) return left;
  const step = signalled(left.machine, phase, at);
  return { machine: step.machine, effects: [...left.effects, ...step.effects] };
}

/** Sends the signal that is due, and says when the harder one comes. */
function signalled(machine: Machine, phase: Phase & { kind: "stopping" }, at: Moment): Step {
  if (phase.signal === "SIGKILL") {
    return {
      machine: { ...machine, phase: { ...phase, signal: undefined } },
      effects: [
        say(`did not stop within ${at.options.stopMs} ms of SIGTERM: killing it`),
        { kind: "signal", signal: "SIGKILL" },
      ],
    };
  }
  const until = { signal: "SIGKILL", untilMs: at.nowMs + at.options.stopMs } as const;
  return {
    machine: { ...machine, phase: { ...phase, ...until } },
    effects: [{ kind: "signal", signal: "SIGTERM" }],
  };
}

/** It exited after it was told to. */
function ended(machine: Machine, phase: Phase & { kind: "stopping" }, reason: string, at: Moment): Step {
  if (phase.next === "start") {
    // An instance that keeps failing its health check must not be restarted without a pause.
    return phase.shown === "unhealthy" ? paused(machine, reason, at) : spawn(machine, at.nowMs);
  }
  if (phase.next === "stop") return stopped(machine);
  return fail(machine, machine.reason ?? reason, at, at.options.crashLoopMs);
}

/** It exited of its own accord. */
function exited(machine: Machine, reason: string, at: Moment): Step {
  const step = paused(counted(machine, at), reason, at);
  return { machine: step.machine, effects: [{ kind: "leave" }, ...step.effects] };
}

/** Counts an exit, or a loss of health, that nobody asked for. */
function counted(machine: Machine, at: Moment): Machine {
  const { phase } = machine;
  const healthy = phase.kind === "ready" && at.nowMs - phase.readyMs >= at.options.healthyMs;
  const recent = machine.exitsMs.filter((exitMs) => at.nowMs - exitMs < at.options.crashWindowMs);
  const exitsMs = [...recent, at.nowMs].slice(-at.options.crashesMax);
  return {
    ...machine,
    exitsMs,
    failedRuns: healthy ? 1 : machine.failedRuns + 1,
    looping: (machine.looping && !healthy) || exitsMs.length >= at.options.crashesMax,
  };
}

function paused(machine: Machine, reason: string, at: Moment): Step {
  const pauseMs = machine.looping ? at.options.crashLoopMs : backoffMs(machine.failedRuns - 1, at);
  const shown = machine.looping ? "crash-loop" : "backoff";
  const text = machine.looping
    ? `${reason}; it ends too often, next try in ${seconds(pauseMs)}`
    : `${reason}; restarting in ${seconds(pauseMs)}`;
  return {
    machine: { ...machine, reason, phase: { kind: "waiting", shown, untilMs: at.nowMs + pauseMs } },
    effects: [say(text)],
  };
}

function fail(machine: Machine, reason: string, at: Moment, pauseMs: number): Step {
  return {
    machine: {
      ...machine,
      reason,
      failedRuns: machine.failedRuns + 1,
      phase: { kind: "waiting", shown: "failed", untilMs: at.nowMs + pauseMs },
    },
    effects: [say(`${reason}; next try in ${seconds(pauseMs)}`)],
  };
}

/** Half fixed, half random ("equal jitter"): a crashed instance never comes back at once, and never in step with others. */
function backoffMs(failedRuns: number, at: Moment): number {
  const { backoffMsFirst, backoffMsMax } = at.options;
  const boundMs = Math.min(backoffMsMax, backoffMsFirst * 2 ** Math.min(failedRuns, 30));
  return (boundMs / 2) * (1 + at.jitter);
}

/** `run` moves on, so that a process that is just being started is not. */
function stopped(machine: Machine): Step {
  return {
    machine: { ...machine, run: machine.run + 1, phase: { kind: "stopped" }, reason: null },
    effects: [say("stopped")],
  };
}

/** People or a new file changed something: past crashes count no more. */
function fresh(machine: Machine): Machine {
  return { ...machine, exitsMs: [], failedRuns: 0, looping: false, reason: null };
}

function isRequest(event: InstanceEvent): boolean {
  return event.kind === "start" || (event.kind === "restart" && event.cause === "request");
}

function stay(machine: Machine): Step {
  return { machine, effects: [] };
}

function say(text: string): InstanceEffect {
  return { kind: "say", text };
}

function seconds(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${Math.round(ms / 100) / 10} s`;
}
