import type { Notes, SocketScenario } from "../../scenario.ts";
import { openRig, type Rig } from "./rig.ts";

/** A scenario's run between the processes of a rig, which all end with it; what must always hold is measured last. */
export function withRig(run: (rig: Rig, notes: Notes) => Promise<void>): SocketScenario["run"] {
  return async (notes) => {
    const rig = openRig();
    try {
      await run(rig, notes);
    } finally {
      await rig[Symbol.asyncDispose]();
    }
    for (const { criterion, measured, holds } of rig.invariants()) notes.measure(criterion, measured, holds);
  };
}
