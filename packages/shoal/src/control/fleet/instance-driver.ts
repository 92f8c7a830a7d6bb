import type { Cancel } from "../../core/clock.ts";
import type { Ports } from "../../core/service.ts";
import { nextStep } from "./instance-machine.ts";
import type { MachineOptions } from "./instance-options.ts";
import {
  type InstanceEffect,
  type InstanceEvent,
  type Machine,
  NEVER_STARTED,
  stateOf,
  wakeMs,
} from "./instance-state.ts";

/** Gives a machine its clock: keeps its state, wakes it when it is due, hands out what it decides. */
export interface InstanceDriver {
  readonly send: (event: InstanceEvent) => void;
  readonly machine: () => Machine;
  /** Unix ms of the last change of the state that people see. */
  readonly sinceMs: () => number;
}

export interface DriverEvents {
  readonly perform: (effect: InstanceEffect) => void;
  /** After the effects. */
  readonly onChange: (machine: Machine) => void;
}

export function driveInstance(ports: Ports, options: MachineOptions, events: DriverEvents): InstanceDriver {
  const { clock, random } = ports;
  let machine = NEVER_STARTED;
  let sinceMs = clock.wallMs();
  let cancelWake: Cancel = () => {};

  const send = (event: InstanceEvent) => {
    const before = machine;
    const step = nextStep(machine, event, { nowMs: clock.now(), jitter: random() }, options);
    machine = step.machine;
    if (stateOf(before) !== stateOf(machine)) sinceMs = clock.wallMs();
    cancelWake();
    const dueMs = wakeMs(machine, options);
    cancelWake = dueMs === undefined ? () => {} : clock.after(dueMs - clock.now(), () => send({ kind: "woke" }));
    for (const effect of step.effects) events.perform(effect);
    if (before !== machine) events.onChange(machine);
  };
  return { send, machine: () => machine, sinceMs: () => sinceMs };
}
